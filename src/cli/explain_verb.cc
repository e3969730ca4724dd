#include <fmt/format.h>

#include <memory>

#include "cli/case_input.h"
#include "cli/common_options.h"
#include "cli/json_document.h"
#include "cli/strict_run.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "codec/json_codec.h"
#include "explain/explain.h"
#include "report/finding_json.h"
#include "report/no_return_svg.h"
#include "report/why_text.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

struct ExplainVerb {
  CommonOptions common;
  std::string input;
  std::uint32_t continuations = 100;
};

constexpr const char* kFormat = "straylane-explain/2";
constexpr std::uint64_t kExecutionsMax = 1'000'000;  // the time is the bound that counts

ExitCode fail(const ExplainVerb& verb, const Error& error) {
  if (verb.common.json) {
    auto document = error_document(kFormat, error);
    document["input"] = verb.input;
    print_document(document);
  }
  return report_error(error);
}

void print_json(const ExplainVerb& verb, const Schema& schema, const RunResult& failing,
                const std::string& bucket, const Explanation& why) {
  print_document({{"format", kFormat},
                  {"status", "ran"},
                  {"reason", ""},
                  {"input", verb.input},
                  {"bucket", bucket},
                  {"message", failing.verdict.failure->message},
                  {"case", case_to_json(failing.recorded, schema)},
                  {"why", explanation_to_json(why)},
                  {"svg", no_return_svg(why.no_return)}});
}

ExitCode run_explain(const ExplainVerb& verb) {
  const auto time = verb.common.time_s();
  if (!time) return fail(verb, time.error());
  auto input = load_case(verb.input, verb.common.bytes);
  if (!input) return fail(verb, input.error());
  auto target = open_target_of(*input, verb.input, verb.common);
  if (!target) return fail(verb, target.error());
  if (!(*target)->info().controlled) {
    return fail(verb, {ErrorCode::kUnsupported, fmt::format("target {}: its schedule is not under control, so nothing can be said of it",
                                                            (*target)->info().name)});
  }
  const auto failing = strict_run(**target, *input);
  if (!failing) return fail(verb, failing.error());
  if (!failing->verdict.failure) {
    return fail(verb, {ErrorCode::kNotReproducible,
                       fmt::format("{}: the case does not fail here: there is nothing to explain", verb.input)});
  }
  const Observation& trace = failing->observation;
  if (trace.trace.empty()) {
    return fail(verb, {ErrorCode::kUnsupported, "the failure is no matter of a schedule: nothing was run"});
  }
  const Failure& failure = *failing->verdict.failure;
  const std::string bucket = bucket_of(failure);
  Terminal(verb.common.quiet || verb.common.json).status("explaining");
  const auto why = explain(guided_runs(**target, bucket, continuation_bounds(trace)), failing->recorded, trace,
                           {.continuations = verb.continuations, .executions_max = kExecutionsMax, .time_s = *time});
  if (!why) return fail(verb, why.error());
  if (verb.common.json) {
    print_json(verb, (*target)->info().program.schema, *failing, bucket, *why);
  } else {
    fmt::print("{}\nbucket {}\n\n{}", exception_text(failure), bucket,
               why_text(*why, columns_that_matter(trace, why->order.orderings)));
  }
  return ExitCode::kClean;
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto verb = std::make_shared<ExplainVerb>();
  app.add_option("case", verb->input, "FILE (min.json, min-any-shape.json, case.json, a fuzz input) or TOKEN")->required();
  app.add_option("--continuations", verb->continuations, "schedules drawn from each prefix of the run")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--time", verb->common.time, "at most so long: 90s, 5m, 8h")->capture_default_str();
  add_bytes_option(app, verb->common);
  add_target_options(app, verb->common);
  add_output_options(app, verb->common);
  return [verb] { return run_explain(*verb); };
}

}  // namespace straylane
