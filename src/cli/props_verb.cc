#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/common_options.h"
#include "cli/finding_hooks.h"
#include "cli/hunt_record.h"
#include "cli/json_document.h"
#include "cli/report_files.h"
#include "cli/verbs.h"
#include "hunt/finding_maker.h"
#include "hunt/property_suite.h"
#include "os/files.h"
#include "report/finding_json.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "report/text_report.h"
#include "targets/registry.h"

namespace straylane {
namespace {

struct PropsVerb {
  CommonOptions common;
  PropertyOptions properties;
  ReportFiles files;
};

struct TargetResults {
  std::string target;
  std::optional<Error> error;  // why it did not run, or not to its end
  std::vector<PropertyResult> results;
  std::vector<Finding> findings;

  bool unsupported() const { return error && error->code == ErrorCode::kUnsupported; }
};

Expected<void> run_on(TargetResults& all, const PropsVerb& verb, Terminal& terminal) {
  const std::string& name = all.target;
  auto target = open_target(name, verb.common.target_options());
  if (!target) return tl::unexpected(target.error());
  const auto started = [&](const std::string& property) { terminal.status(fmt::format("{}: {}", name, property)); };
  auto checked = run_properties(**target, verb.properties, started, all.results);
  if (!checked) return checked;
  HuntOptions options;
  options.out = verb.common.out;
  options.python = verb.common.python;
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
  for (const Finding& f : all.findings) fmt::print("\n{}", render_summary(f));
}

nlohmann::ordered_json to_document(const std::vector<TargetResults>& targets) {
  using json = nlohmann::ordered_json;
  json document = {{"format", "straylane-props/2"}, {"targets", json::array()}};
  for (const TargetResults& all : targets) {
    json properties = json::array();
    for (const PropertyResult& r : all.results) {
      json classes = json::object();
      for (const auto& [name, count] : r.classes.by_name()) classes[name] = count;
      properties.push_back({{"name", r.name},
                            {"passed", r.passed},
                            {"unsupported", r.unsupported},
                            {"cases", r.cases},
                            {"seconds", r.seconds},
                            {"detail", r.detail},
                            {"classes", classes}});
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

Expected<void> write_reports(const PropsVerb& verb, const std::vector<TargetResults>& targets) {
  if (!verb.files.sarif.empty()) {
    RunRecord run;
    run.version = STRAYLANE_VERSION;
    run.command = command_text("props", verb.common);
    for (const TargetResults& all : targets) {
      for (const Finding& f : all.findings) run.findings.push_back(record_of(f));
      if (all.error && !all.unsupported()) run.problem = all.error->message;
    }
    const bool found = !run.findings.empty();
    run.exit_code = static_cast<int>(found ? ExitCode::kFinding : ExitCode::kClean);
    if (auto written = write_new_file(verb.files.sarif, render_sarif(run)); !written) return written;
  }
  return verb.files.junit.empty() ? Expected<void>() : write_new_file(verb.files.junit, to_junit(targets));
}

ExitCode run_props(const PropsVerb& verb) {
  if (auto ok = verb.common.check_kernel(); !ok) return report_error(ok.error());
  if (auto ok = verb.files.check(); !ok) return report_error(ok.error());
  std::vector<TargetResults> targets;
  std::optional<Error> broken;
  {
    Terminal terminal(verb.common.quiet || verb.common.json);
    for (const std::string& name : verb.common.targets()) {
      TargetResults results{name, std::nullopt, {}, {}};
      if (auto ran = run_on(results, verb, terminal); !ran) results.error = ran.error();
      targets.push_back(std::move(results));
      const auto& error = targets.back().error;
      if (!error || error->code == ErrorCode::kUnsupported) continue;
      if (is_usage(*error)) return report_error(*error);
      broken = error;
      break;
    }
  }
  if (verb.common.json) {
    print_document(to_document(targets));
  } else {
    for (const TargetResults& all : targets) print_text(all);
  }
  if (auto written = write_reports(verb, targets); !written) return report_error(written.error());
  if (broken) return report_error(*broken);
  bool failed = false;
  for (const TargetResults& all : targets) {
    for (const PropertyResult& r : all.results) failed = failed || (!r.passed && r.unsupported.empty());
  }
  if (failed) return ExitCode::kFinding;
  for (const TargetResults& all : targets) {
    if (all.unsupported() && verb.common.needs(all.target)) {
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
  app.add_option("--seed", verb->properties.seed, "what everything is drawn from")->capture_default_str();
  add_report_options(app, verb->files);
  app.add_option("--out", verb->common.out, "folder of the findings")->capture_default_str();
  add_target_options(app, verb->common);
  add_output_options(app, verb->common);
  return [verb] { return run_props(*verb); };
}

}  // namespace straylane
