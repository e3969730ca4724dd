#include <fmt/format.h>

#include <memory>

#include "cli/case_input.h"
#include "cli/common_options.h"
#include "cli/json_document.h"
#include "cli/strict_run.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "codec/json_codec.h"
#include "domain/counted_noun.h"
#include "os/interrupt.h"
#include "run/determinism.h"

namespace straylane {
namespace {

struct ReplayVerb {
  CommonOptions common;
  std::string input;
  std::uint32_t times = 1;
};

constexpr const char* kFormat = "straylane-replay/2";

ExitCode fail(const ReplayVerb& verb, const Error& error) {
  if (verb.common.json) {
    auto document = error_document(kFormat, error);
    document["input"] = verb.input;
    document["replays"] = {{"times", 0}, {"reproduced", 0}, {"traces_distinct", 0}};
    print_document(document);
  }
  return report_error(error);
}

void print_json(const ReplayVerb& verb, const Target& target, const RunResult& first, const ReplayCount& count,
                const std::string& bucket) {
  const System& s = target.info().system;
  const bool interrupted = interrupt_signal != 0;
  print_document(
      {{"format", kFormat},
       {"status", interrupted ? "interrupted" : "ran"},
       {"reason", interrupted ? fmt::format("interrupted after {} of {} replays", count.times, verb.times) : ""},
       {"input", verb.input},
       {"system", {{"python", s.python}, {"software", s.software}, {"path", s.path}}},
       {"verdict", to_string(first.verdict.kind)},
       {"bucket", bucket},
       {"message", first.verdict.failure ? first.verdict.failure->message : ""},
       {"replays",
        {{"times", count.times}, {"reproduced", count.reproduced}, {"traces_distinct", count.traces_distinct}}},
       {"case", case_to_json(first.recorded, target.info().program.schema)}});
}

ExitCode run_replay(const ReplayVerb& verb) {
  auto input = load_case(verb.input, verb.common.bytes);
  if (!input) return fail(verb, input.error());
  auto target = open_target_of(*input, verb.input, verb.common);
  if (!target) return fail(verb, target.error());
  const auto first = strict_run(**target, *input);
  if (!first) return fail(verb, first.error());

  const bool fails = first->verdict.failure.has_value();
  const std::string bucket = fails ? bucket_of(*first->verdict.failure) : "";
  const bool controlled = (*target)->info().controlled;
  ReplayCount count{1, fails ? 1U : 0U, 0, controlled ? 1U : 0U, ""};
  if (fails && verb.times > 1) {
    Terminal(verb.common.quiet || verb.common.json).status(fmt::format("replaying {} times", verb.times));
    auto counted = replay(**target, first->recorded, bucket, verb.times);
    if (!counted) return fail(verb, counted.error());
    count = *counted;
  }
  if (verb.common.json) {
    print_json(verb, **target, *first, count, bucket);
  } else if (fails) {
    const Failure& f = *first->verdict.failure;
    fmt::print("{}\n", exception_text(f));
    const std::string traces =
        controlled ? counted_noun(count.traces_distinct, "distinct trace")
                   : "schedule not under control";
    fmt::print("bucket {}\nreproduced {} of {}, {}\n", bucket, count.reproduced, count.times, traces);
  } else {
    fmt::print("{}\n", to_string(first->verdict.kind));
  }
  if (interrupt_signal != 0) {
    return report_error(
        {ErrorCode::kInterrupted, fmt::format("interrupted after {} of {} replays", count.times, verb.times)});
  }
  if (fails && count.deterministic()) return ExitCode::kFinding;
  if (!fails && !input->claims_failure) return ExitCode::kClean;
  return report_error({ErrorCode::kNotReproducible, fails ? "the replays do not agree with each other"
                                                          : "not reproducible: the case does not fail here"});
}

}  // namespace

Run add_replay(CLI::App& app) {
  auto verb = std::make_shared<ReplayVerb>();
  app.add_option("case", verb->input, "FILE (case.json, min.json, a fuzz input) or TOKEN (sl2....)")->required();
  app.add_option("--times", verb->times, "how often")->check(CLI::Range(1, 100'000'000))->capture_default_str();
  add_bytes_option(app, verb->common);
  add_target_options(app, verb->common);
  add_output_options(app, verb->common);
  return [verb] { return run_replay(*verb); };
}

}  // namespace straylane
