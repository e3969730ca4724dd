#include <memory>

#include "cli/case_input.h"
#include "cli/finding_files.h"
#include "cli/next_steps.h"
#include "cli/verbs.h"
#include "hunt/finding_maker.h"
#include "report/finding_json.h"
#include "report/text_report.h"

namespace straylane {
namespace {

// `time` limits the shrinking; empty for no limit.
struct MinimizeVerb : CommonOptions {
  HuntOptions hunt;
};

nlohmann::ordered_json no_findings() { return {{"findings", nlohmann::ordered_json::array()}}; }

Expected<Answer> run_minimize(const MinimizeVerb& verb) {
  HuntOptions options = verb.hunt;
  options.python = verb.python;
  const auto time = verb.time.empty() ? Expected<void>() : assign(options.shrink.time_s, verb.time_s());
  if (!time) return tl::unexpected(time.error());
  const auto opened = open_case(verb);
  if (!opened) return tl::unexpected(opened.error());
  Target& target = *opened->target;
  const auto failing = run_case(target, opened->input.value, {});
  if (!failing) return tl::unexpected(failing.error());
  if (failing->verdict.kind == VerdictKind::kUnsupported) {
    return make_error(ErrorCode::kUnsupported, failing->verdict.reason);
  }
  if (!failing->verdict.failure && opened->input.claims_failure) {
    return make_error(ErrorCode::kNotReproducible, verb.input + ": not reproducible: the case does not fail here");
  }
  if (!failing->verdict.failure) return Answer{no_findings(), "the case passes: there is nothing to minimise\n"};

  Terminal terminal(verb.quiet || verb.json);
  const HuntHooks hooks = finding_hooks(terminal);
  Finding finding = start_finding(target.info(), *failing);
  const auto made = FindingMaker(target, options, hooks).make(*failing, finding);
  if (!made && made.error().code == ErrorCode::kNotReproducible) return tl::unexpected(made.error());
  Answer answer{no_findings(), render_summary(finding) + next_lines(commands_for(finding, verb.python))};
  answer.fields["findings"].push_back(finding_to_json(record_of(finding)));
  if (made) return answer;
  answer.fields.update({{"status", status_of(made.error())}, {"reason", made.error().message}});
  answer.problem = made.error();
  return answer;
}

}  // namespace

Run add_minimize(CLI::App& app) {
  auto verb = std::make_shared<MinimizeVerb>();
  verb->time.clear();
  verb->hunt.shrink.settings_proof_executions_max = 20'000;
  app.add_option("case", verb->input, "FILE (JSON, or the bytes of a fuzz input), FOLDER of a finding, or TOKEN")
      ->required();
  app.add_option("--out", verb->hunt.out, "folder of the findings")->capture_default_str();
  app.add_option("--time", verb->time,
                 "time limit, such as 90s, 5m, 8h; then gives the smallest case so far (default: no limit)");
  app.add_option("--executions", verb->hunt.shrink.executions_max, "limit of runs; then gives the smallest case so far")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  app.add_option("--proof-executions", verb->hunt.shrink.settings_proof_executions_max,
                 "further runs to prove that no smaller settings fail; 0: no such proof")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  add_jobs_option(app, *verb);
  add_bytes_option(app, *verb);
  add_target_options(app, *verb);
  add_output_options(app, *verb);
  return [verb] { return print_answer(run_minimize(*verb), verb->json, "straylane-minimize/2", no_findings()); };
}

}  // namespace straylane
