#include <fmt/format.h>

#include <memory>

#include "cli/case_input.h"
#include "cli/common_options.h"
#include "cli/finding_hooks.h"
#include "cli/json_document.h"
#include "cli/verbs.h"
#include "hunt/finding_maker.h"
#include "report/finding_json.h"
#include "report/text_report.h"
#include "targets/registry.h"

namespace straylane {
namespace {

constexpr std::uint64_t kProofExecutions = 20'000;

struct MinimizeVerb {
  MinimizeVerb() { common.time.clear(); }

  CommonOptions common;  // `time`: of shrinking; empty: no limit
  std::uint64_t executions = ShrinkOptions{}.executions_max;
  std::uint64_t proof_executions = kProofExecutions;
  std::string input;
};

constexpr const char* kFormat = "straylane-minimize/2";

void print_json(nlohmann::ordered_json document, const Finding* finding) {
  document["findings"] = nlohmann::ordered_json::array();
  if (finding != nullptr) document["findings"].push_back(finding_to_json(record_of(*finding)));
  print_document(document);
}

ExitCode fail(const MinimizeVerb& verb, const Error& error) {
  if (verb.common.json) print_json(error_document(kFormat, error), nullptr);
  return report_error(error);
}

ExitCode run_minimize(const MinimizeVerb& verb) {
  const nlohmann::ordered_json ran = {{"format", kFormat}, {"status", "ran"}, {"reason", ""}};
  HuntOptions options;
  options.shrink.executions_max = verb.executions;
  options.shrink.settings_proof_executions_max = verb.proof_executions;
  if (!verb.common.time.empty()) {
    const auto time_s = verb.common.time_s();
    if (!time_s) return fail(verb, time_s.error());
    options.shrink.time_s = *time_s;
  }
  auto input = load_case(verb.input, verb.common.bytes);
  if (!input) return fail(verb, input.error());
  auto target = open_target_of(*input, verb.input, verb.common);
  if (!target) return fail(verb, target.error());
  const auto failing = run_case(**target, input->value, {});
  if (!failing) return fail(verb, failing.error());
  if (failing->verdict.kind == VerdictKind::kUnsupported) {
    return fail(verb, {ErrorCode::kUnsupported, failing->verdict.reason});
  }
  if (!failing->verdict.failure) {
    if (!input->claims_failure) {
      if (verb.common.json) {
        print_json(ran, nullptr);
      } else {
        fmt::print("the case passes: there is nothing to minimise\n");
      }
      return ExitCode::kClean;
    }
    return fail(verb, {ErrorCode::kNotReproducible,
                       fmt::format("{}: not reproducible: the case does not fail here", verb.input)});
  }

  Terminal terminal(verb.common.quiet || verb.common.json);
  const HuntHooks hooks = finding_hooks(terminal);
  options.out = verb.common.out;
  options.python = verb.common.python;
  Finding finding = start_finding((*target)->info(), *failing);
  const auto made = FindingMaker(**target, options, hooks).make(*failing, finding);
  if (!made && made.error().code == ErrorCode::kNotReproducible) return fail(verb, made.error());
  if (verb.common.json) {
    print_json(made ? ran : error_document(kFormat, made.error()), &finding);
  } else {
    fmt::print("{}", render_summary(finding));
  }
  return made ? ExitCode::kClean : report_error(made.error());
}

}  // namespace

Run add_minimize(CLI::App& app) {
  auto verb = std::make_shared<MinimizeVerb>();
  app.add_option("case", verb->input, "FILE (JSON, or the bytes of a fuzz input) or TOKEN")->required();
  app.add_option("--out", verb->common.out, "folder of the findings")->capture_default_str();
  app.add_option("--time", verb->common.time,
                 "how long to shrink: 90s, 5m, 8h; then the smallest so far (default: no limit)");
  app.add_option("--executions", verb->executions, "runs to shrink with; then the smallest so far")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  app.add_option("--proof-executions", verb->proof_executions,
                 "further runs to prove that no smaller settings fail; 0: no such proof")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}))
      ->capture_default_str();
  add_jobs_option(app, verb->common);
  add_bytes_option(app, verb->common);
  add_target_options(app, verb->common);
  add_output_options(app, verb->common);
  return [verb] { return run_minimize(*verb); };
}

}  // namespace straylane
