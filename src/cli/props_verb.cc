#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/did_you_mean.h"
#include "cli/finding_files.h"
#include "cli/next_steps.h"
#include "cli/options.h"
#include "cli/report_files.h"
#include "cli/verbs.h"
#include "codec/json_fields.h"
#include "hunt/finding_maker.h"
#include "hunt/property_suite.h"
#include "report/finding_json.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "report/text_report.h"
#include "targets/registry.h"

namespace straylane {

STRAYLANE_MEMBERS(PropertyResult, name, passed, unsupported, cases, seconds, detail)

namespace {

struct PropsVerb : CommonOptions {
  PropertyOptions properties;
  ReportFiles files;
};

struct TargetResults {
  std::string target;
  std::optional<Error> error;  // why it did not run, or what ended it early
  std::vector<PropertyResult> results;
  std::vector<Finding> findings;

  bool unsupported() const { return error && error->code == ErrorCode::kUnsupported; }
  bool broken() const { return error && !unsupported(); }
};

Expected<void> run_on(TargetResults& all, const PropsVerb& verb, Terminal& terminal) {
  const std::string& name = all.target;
  auto target = open_target(name, verb.target_options());
  if (!target) return tl::unexpected(target.error());
  const auto started = [&](const std::string& property) { terminal.status(fmt::format("{}: {}", name, property)); };
  auto checked = run_properties(**target, verb.properties, started, all.results);
  if (!checked) return checked;
  const HuntOptions options{.out = verb.out, .python = verb.python};
  const HuntHooks hooks = finding_hooks(terminal);
  for (const PropertyResult& result : all.results) {
    if (!result.failing) continue;
    Finding finding = start_finding((*target)->info(), *result.failing);
    if (finding.launches_to_failure > 0) finding.launches_to_failure = result.cases;
    finding.seconds_to_failure = result.seconds;
    auto made = FindingMaker(**target, options, hooks).make(*result.failing, finding);
    const bool reproducible = made || made.error().code != ErrorCode::kNotReproducible;
    if (reproducible) all.findings.push_back(std::move(finding));
    if (!made) return made;
  }
  if (const std::string& why = (*target)->info().cannot_launch; !why.empty()) {
    return make_error(ErrorCode::kUnsupported, why + "; the build half ran");
  }
  return {};
}

void print_text(const TargetResults& all) {
  if (all.error) fmt::print("target {}: {}: {}\n", all.target, status_of(*all.error), all.error->message);
  for (const PropertyResult& r : all.results) {
    const char* outcome = r.passed ? "ok" : r.unsupported.empty() ? "FAILED" : "built";
    fmt::print("{:<6} {}: {} ({} cases, {:.2f} s)\n", outcome, all.target, r.name, r.cases, r.seconds);
    if (!r.passed) fmt::print("       {}\n", r.detail);
    if (r.name == kOracleProperty) {
      std::string classes;
      for (const auto& [name, count] : r.classes.by_name()) classes += fmt::format("  {} {}", name, count);
      fmt::print("       cases by class:{}\n", classes);
    }
  }
  for (const Finding& f : all.findings) print_result("\n" + render_summary(f));
}

void print_next(const PropsVerb& verb, const std::vector<TargetResults>& targets) {
  for (const TargetResults& all : targets) {
    if (all.findings.empty()) continue;
    auto commands = commands_for(all.findings.front(), verb.python);
    if (!commands.empty()) commands.push_back(report_command(verb.out));
    if (!commands.empty()) print_result("\n" + next_lines(commands));
    return;
  }
}

nlohmann::ordered_json to_document(const std::vector<TargetResults>& targets) {
  using json = nlohmann::ordered_json;
  json document = {{"format", "straylane-props/2"}, {"targets", json::array()}};
  for (const TargetResults& all : targets) {
    json properties = json::array();
    for (const PropertyResult& r : all.results) {
      json classes = json::object();
      for (const auto& [name, count] : r.classes.by_name()) classes[name] = count;
      properties.push_back(JsonFieldWriter::value_of(r));
      properties.back()["classes"] = classes;
    }
    json findings = json::array();
    for (const Finding& f : all.findings) findings.push_back(finding_to_json(record_of(f)));
    document["targets"].push_back({{"target", all.target},
                                   {"status", all.error ? status_of(*all.error) : "ran"},
                                   {"reason", all.error ? all.error->message : ""},
                                   {"properties", properties},
                                   {"findings", findings}});
  }
  return document;
}

std::string to_junit(const std::vector<TargetResults>& targets) {
  std::vector<JunitCase> cases;
  for (const TargetResults& all : targets) {
    for (const PropertyResult& r : all.results) {
      if (!r.unsupported.empty()) continue;  // neither passed nor failed
      std::string detail;
      for (const Finding& f : all.findings) {
        if (r.failing && bucket_of(*r.failing->verdict.failure) == f.bucket) detail = render_summary(f);
      }
      cases.push_back({all.target, r.name, r.seconds, r.passed ? "" : r.detail, detail});
    }
  }
  return render_junit(cases);
}

std::string to_sarif(const PropsVerb& verb, const std::vector<TargetResults>& targets) {
  RunRecord run{.version = STRAYLANE_VERSION, .command = verb.command_text("props")};
  for (const TargetResults& all : targets) {
    for (const Finding& f : all.findings) run.findings.push_back(record_of(f));
    if (all.broken()) run.problem = all.error->message;
  }
  run.exit_code = static_cast<int>(run.findings.empty() ? ExitCode::kClean : ExitCode::kFinding);
  return render_sarif(run);
}

// Fails with kUsage if no property has the filter in its name.
Expected<void> check_filter(const std::string& filter) {
  const auto names = property_names();
  const auto has_it = [&](const std::string& name) { return name.find(filter) != std::string::npos; };
  if (std::ranges::any_of(names, has_it)) return {};
  return make_error(ErrorCode::kUsage, fmt::format("--filter \"{}\" selects no property{} (there are {})", filter,
                                                   suggestion(nearest_by_part(filter, names)), fmt::join(names, ", ")));
}

bool failed(const PropertyResult& result) { return !result.passed && result.unsupported.empty(); }

ExitCode run_props(const PropsVerb& verb) {
  if (auto ok = verb.check_target(); !ok) return report_error(ok.error());
  if (auto ok = check_filter(verb.properties.filter); !ok) return report_error(ok.error());
  if (auto ok = verb.files.check(); !ok) return report_error(ok.error());
  std::vector<TargetResults> targets;
  {
    Terminal terminal(verb.quiet || verb.json);
    for (const std::string& name : verb.targets()) {
      TargetResults& results = targets.emplace_back(TargetResults{.target = name});
      if (auto ran = run_on(results, verb, terminal); !ran) results.error = ran.error();
      if (results.error && is_usage(*results.error)) {
        terminal.clear();
        return report_error(*results.error);
      }
      if (results.broken()) break;
    }
  }
  if (verb.json) {
    print_document(to_document(targets));
  } else {
    for (const TargetResults& all : targets) print_text(all);
    print_next(verb, targets);
  }
  const auto written = verb.files.write([&] { return to_sarif(verb, targets); }, [&] { return to_junit(targets); });
  if (!written) return report_error(written.error());
  if (targets.back().broken()) return report_error(*targets.back().error);
  for (const TargetResults& all : targets) {
    if (std::ranges::any_of(all.results, failed)) return ExitCode::kFinding;
  }
  for (const TargetResults& all : targets) {
    if (all.unsupported() && verb.needs(all.target)) {
      return report_error(
          {ErrorCode::kUnsupported, fmt::format("target {} cannot run: {}", all.target, all.error->message)});
    }
  }
  return ExitCode::kClean;
}

}  // namespace

Run add_props(CLI::App& app) {
  auto verb = std::make_shared<PropsVerb>();
  app.add_option("--filter", verb->properties.filter, "only properties whose name contains this");
  app.add_option("--max-success", verb->properties.max_success, "cases of each property")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  app.add_option("--seed", verb->properties.seed, "seed of all random choices")->capture_default_str();
  add_report_options(app, verb->files);
  app.add_option("--out", verb->out, "folder of the findings")->capture_default_str();
  add_target_options(app, *verb);
  add_output_options(app, *verb);
  return [verb] { return run_props(*verb); };
}

}  // namespace straylane
