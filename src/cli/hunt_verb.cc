#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/finding_files.h"
#include "cli/next_steps.h"
#include "cli/options.h"
#include "cli/report_files.h"
#include "cli/verbs.h"
#include "domain/case.h"
#include "domain/counted_noun.h"
#include "hunt/canary_check.h"
#include "hunt/hunt.h"
#include "os/files.h"
#include "os/interrupt.h"
#include "report/finding_json.h"
#include "report/run_json.h"
#include "report/text_report.h"
#include "targets/registry.h"

namespace straylane {
namespace {

struct HuntVerb : CommonOptions {
  HuntOptions hunt;
  ReportFiles files;
};

void print_json(const std::vector<TargetSummary>& summaries, const std::vector<Finding>& findings) {
  nlohmann::ordered_json document = {{"format", "straylane-hunt/2"},
                                     {"targets", nlohmann::ordered_json::array()},
                                     {"findings", nlohmann::ordered_json::array()}};
  for (const TargetSummary& s : summaries) document["targets"].push_back(target_to_json(s));
  for (const Finding& f : findings) document["findings"].push_back(finding_to_json(record_of(f)));
  print_document(document);
}

void print_text(const std::vector<TargetSummary>& summaries, const std::vector<Finding>& findings) {
  for (const TargetSummary& s : summaries) {
    if (!s.ran) {
      fmt::print("target {}: {}: {}\n", s.target, s.skipped ? "skipped" : "unsupported", s.reason);
      continue;
    }
    fmt::print("target {}: {}\n", s.target, describe(s.system));
    if (!s.kernel.empty()) fmt::print("  kernel {}\n", s.kernel);
    if (!s.canary.empty() && all_found(s.canary, s.target)) {
      fmt::print("  canary: a planted race was found at each of {} primitives\n", s.canary.size());
    }
    const std::string schedules =
        s.controlled ? fmt::format("{} ({} distinct)", counted_noun(s.schedules, "schedule"), s.schedules_distinct)
                     : "schedules not under control";
    fmt::print("  {} in {:.1f} s, {}, ended by {}\n", counted_noun(s.launches, "launch"), s.seconds, schedules,
               s.ended_by);
    if (s.failing_launches == 0 && s.discovery.runs > 0) fmt::print("  {}\n", discovery_text(s.discovery));
    if (s.schedules > Portfolio::kFixedTurns)
      fmt::print("{}", strategies_text(s.strategies, s.reads_from_classes, s.schedules));
    if (s.not_launched > 0) fmt::print("  NOT LAUNCHED: {} cases: {}\n", s.not_launched, s.why_not_launched);
    if (s.unreproduced > 0) fmt::print("  NOT REPRODUCIBLE: {} failures did not recur\n", s.unreproduced);
    std::string classes;
    for (const auto& [name, count] : s.classes) {
      if (count > 0) classes += fmt::format("{}{} {}", classes.empty() ? "" : ", ", name, count);
    }
    if (!classes.empty()) fmt::print("  cases by class: {}\n", classes);
    if (!s.not_covered.empty() && s.ended_by == "time") fmt::print("  NOT COVERED: {}\n", s.not_covered);
  }
  for (const Confirmed kind : {Confirmed::kStock, Confirmed::kNo, Confirmed::kNotTried}) {
    for (const Finding& f : findings) {
      if (f.confirmed == kind) print_result("\n" + render_summary(f));
    }
  }
  const bool any_ran = std::ranges::any_of(summaries, &TargetSummary::ran);
  if (!any_ran) fmt::print("nothing ran{}\n", findings.empty() ? "" : ", but not everything could be built");
  if (any_ran && findings.empty())
    print_result(fmt::format("nothing found{}\n", interrupt_signal != 0 ? ", as far as the hunt got" : ""));
}

// Returns the commands that make sense after the hunt.
std::vector<std::string> next_commands(const CommonOptions& common, const std::vector<TargetSummary>& summaries,
                                       const std::vector<Finding>& findings, ExitCode code) {
  if (!findings.empty()) {
    auto commands = commands_for(findings.front(), common.python);
    if (!commands.empty()) commands.push_back(report_command(common.out));
    return commands;
  }
  const auto used_its_time = [](const TargetSummary& s) { return s.ran && s.ended_by == "time"; };
  const bool may_find_more = code == ExitCode::kClean && std::ranges::any_of(summaries, used_its_time);
  return may_find_more ? longer_hunt(common) : std::vector<std::string>();
}

// Returns what ended the hunt early, or why it has no answer; nothing if it has one.
std::optional<Error> problem_of(const CommonOptions& common, const std::vector<TargetSummary>& summaries,
                                const std::vector<Finding>& findings, const std::optional<Error>& broken) {
  if (interrupt_signal != 0) return Error{ErrorCode::kInterrupted, "interrupted"};
  if (broken) return broken;
  if (!findings.empty()) return std::nullopt;
  for (const TargetSummary& s : summaries) {
    if (common.needs(s.target) && !s.ran) {
      return Error{ErrorCode::kUnsupported, fmt::format("target {} cannot run: {}", s.target, s.reason)};
    }
  }
  for (const TargetSummary& s : summaries) {
    if (s.unreproduced == 0) continue;
    return Error{ErrorCode::kNotReproducible,
                 fmt::format("target {}: {} failures, and none recurred", s.target, s.unreproduced)};
  }
  return std::nullopt;
}

ExitCode run_hunt(const HuntVerb& verb) {
  if (auto ok = verb.check_target(); !ok) return report_error(ok.error());
  const auto search = verb.search();
  if (!search) return report_error(search.error());
  const auto time = verb.time_s();
  if (!time) return report_error(time.error());
  HuntOptions options = verb.hunt;
  options.search = *search;
  options.time_s = *time;
  options.out = verb.out;
  options.python = verb.python;

  // Fails now if nothing can be written, rather than after all the searching.
  if (auto writable = check_can_be_made(options.out).and_then([&] { return verb.files.check(); }); !writable) {
    if (verb.json) print_json({}, {});
    return report_error(writable.error());
  }
  Terminal terminal(verb.quiet || verb.json);
  std::vector<TargetSummary> summaries;
  std::vector<Finding> findings;
  std::optional<Error> broken;
  for (const std::string& name : verb.targets()) {
    TargetSummary summary;
    summary.target = name;
    auto target = open_target(name, verb.target_options(), verb.jobs);
    if (!target) {
      if (is_usage(target.error())) {
        terminal.clear();
        return report_error(target.error());
      }
      if (target.error().code != ErrorCode::kUnsupported) broken = target.error();
      summary.reason = target.error().message;
    } else if (!findings.empty() && !options.keep_going) {
      const std::string& why = (*target)->info().cannot_launch;
      summary.skipped = why.empty();
      summary.reason = fmt::format("{}target {} had a finding{}",
                                   why.empty() ? "" : why + "; nothing was built either: ", findings.front().target,
                                   why.empty() ? "; --keep-going searches on" : "");
    } else {
      terminal.say(fmt::format("{}: {}", name, describe((*target)->info().system)));
      auto ok = hunt(**target, options, finding_hooks(terminal), summary, findings);
      if (!ok && ok.error().code == ErrorCode::kUnsupported && !verb.target_named()) {
        summary.ran = false;  // it cannot do what was asked for, such as a granularity that only another target has
        summary.reason = ok.error().message;
      } else if (!ok) {
        broken = ok.error();
      }
    }
    summaries.push_back(std::move(summary));
    if (broken || interrupt_signal != 0) break;
  }

  terminal.clear();
  const std::optional<Error> problem = problem_of(verb, summaries, findings, broken);
  const ExitCode code = problem ? exit_code_of(*problem) : findings.empty() ? ExitCode::kClean : ExitCode::kFinding;
  if (verb.json) {
    print_json(summaries, findings);
  } else {
    print_text(summaries, findings);
    const std::string next = next_lines(next_commands(verb, summaries, findings, code));
    if (!next.empty()) print_result((findings.empty() ? "" : "\n") + next);
  }
  RunRecord run{.version = STRAYLANE_VERSION,
                .command = verb.command_text("hunt"),
                .targets = summaries,
                .exit_code = static_cast<int>(code),
                .problem = problem ? problem->message : ""};
  for (const Finding& f : findings) run.findings.push_back(record_of(f));
  if (auto written = verb.files.write(run); !written) return report_error(written.error());
  return problem ? report_error(*problem) : code;
}

}  // namespace

Run add_hunt(CLI::App& app) {
  auto verb = std::make_shared<HuntVerb>();
  add_target_options(app, *verb);
  add_search_options(app, *verb);
  add_jobs_option(app, *verb);
  add_output_options(app, *verb);
  app.add_flag("--keep-going", verb->hunt.keep_going,
               "after a finding, search on until the time is up, and on the other targets");
  app.add_option("--replays", verb->hunt.replays, "strict replays of each minimal case")->capture_default_str();
  add_report_options(app, verb->files);
  return [verb] { return run_hunt(*verb); };
}

}  // namespace straylane
