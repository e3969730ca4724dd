#include <fmt/format.h>

#include <memory>

#include "campaign/finding_maker.h"
#include "cli/case_input.h"
#include "cli/common_options.h"
#include "cli/finding_hooks.h"
#include "cli/verbs.h"
#include "report/hunt_json.h"
#include "report/text_report.h"
#include "target/registry.h"

namespace straylane {
namespace {

struct MinimizeVerb {
  CommonOptions common;
  std::string input;
};

ExitCode run_minimize(const MinimizeVerb& verb) {
  const auto input = load_case(verb.input);
  if (!input) return report_error(input.error());
  auto target =
      open_target(verb.common.target_named() ? verb.common.target : input->value.target, verb.common.target_options());
  if (!target) return report_error(target.error());
  const auto failing = run_case(**target, input->value, {});
  if (!failing) return report_error(failing.error());
  if (!failing->verdict.failure) {
    if (!input->claims_failure) {
      fmt::print("{}\n", verb.common.json ? "{\"format\": \"straylane-minimize/1\", \"findings\": []}"
                                          : "the case passes: there is nothing to minimise");
      return ExitCode::kClean;
    }
    return report_error(
        {ErrorCode::kNotReproducible, fmt::format("{}: not reproducible: the case does not fail here", verb.input)});
  }

  Terminal terminal(verb.common.quiet || verb.common.json);
  const HuntHooks hooks = finding_hooks(terminal);
  HuntOptions options;
  options.out = verb.common.out;
  options.python = verb.common.python;
  Finding finding;
  finding.target = input->value.target;
  finding.launches_to_failure = 1;
  finding.failing_launches = 1;
  finding.stray_launches = failing->verdict.failure->stray ? 1 : 0;
  auto made = FindingMaker(**target, options, hooks).make(*failing, std::move(finding));
  if (!made) return report_error(made.error());
  if (verb.common.json) {
    const nlohmann::ordered_json document = {{"format", "straylane-minimize/1"},
                                             {"findings", {finding_to_json(*made)}}};
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print("{}", render_summary(*made));
  }
  return ExitCode::kClean;
}

}  // namespace

Run add_minimize(CLI::App& app) {
  auto verb = std::make_shared<MinimizeVerb>();
  app.add_option("case", verb->input, "FILE (JSON, or the bytes of a fuzz input) or TOKEN")->required();
  app.add_option("--out", verb->common.out, "folder of the findings")->capture_default_str();
  add_target_options(app, verb->common);
  add_output_options(app, verb->common);
  return [verb] { return run_minimize(*verb); };
}

}  // namespace straylane
