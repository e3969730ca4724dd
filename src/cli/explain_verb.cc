#include <fmt/format.h>

#include <memory>

#include "cli/case_input.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "codec/json_codec.h"
#include "explain/explain.h"
#include "report/explanation_text.h"
#include "report/finding_json.h"
#include "report/text_report.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

struct ExplainVerb : CommonOptions {
  std::uint32_t continuations = 100;
};

constexpr std::uint64_t kExecutionsMax = 1'000'000;  // never reached: the time is the bound that matters

Expected<Answer> run_explain(const ExplainVerb& verb) {
  const auto time = verb.time_s();
  if (!time) return tl::unexpected(time.error());
  const auto opened = open_case(verb);
  if (!opened) return tl::unexpected(opened.error());
  Target& target = *opened->target;
  if (!target.info().controlled) {
    return make_error(
        ErrorCode::kUnsupported,
        fmt::format("target {}: its schedule is not under control, so it cannot be explained", target.info().name));
  }
  const auto failing = strict_run(target, opened->input);
  if (!failing) return tl::unexpected(failing.error());
  if (!failing->verdict.failure) {
    return make_error(ErrorCode::kNotReproducible,
                      verb.input + ": the case does not fail here: there is nothing to explain");
  }
  const Observation& trace = failing->observation;
  if (trace.trace.empty()) {
    return make_error(ErrorCode::kUnsupported, "nothing was run, so the failure does not depend on a schedule");
  }
  const Failure& failure = *failing->verdict.failure;
  const std::string bucket = bucket_of(failure);
  Terminal terminal(verb.quiet || verb.json);
  terminal.status("explaining");
  const auto why = explain(guided_runs(target, bucket, continuation_bounds(trace)), failing->recorded, trace,
                           {.continuations = verb.continuations, .executions_max = kExecutionsMax, .time_s = *time});
  if (!why) return tl::unexpected(why.error());
  return Answer{{{"input", verb.input},
                 {"bucket", bucket},
                 {"message", failure.message},
                 {"case", case_to_json(failing->recorded, target.info().program.schema)},
                 {"why", explanation_to_json(*why)},
                 {"svg", no_return_svg(why->no_return)}},
                fmt::format("{}\nbucket {}\n\n{}", exception_text(failure), bucket,
                            why_text(*why, columns_that_matter(trace, why->order.orderings)))};
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto verb = std::make_shared<ExplainVerb>();
  app.add_option("case", verb->input, "FILE (min.json, case.json, a fuzz input), FOLDER of a finding, or TOKEN")
      ->required();
  app.add_option("--continuations", verb->continuations, "schedules drawn from each prefix of the run")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--time", verb->time, "time limit, such as 90s, 5m, 8h")->capture_default_str();
  add_bytes_option(app, *verb);
  add_target_options(app, *verb);
  add_output_options(app, *verb);
  return
      [verb] { return print_answer(run_explain(*verb), verb->json, "straylane-explain/2", {{"input", verb->input}}); };
}

}  // namespace straylane
