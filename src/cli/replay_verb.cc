#include <fmt/format.h>

#include <memory>

#include "cli/case_input.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "codec/json_codec.h"
#include "domain/counted_noun.h"
#include "os/interrupt.h"
#include "run/same_bucket.h"

namespace straylane {
namespace {

struct ReplayVerb : CommonOptions {
  std::uint32_t times = 1;
};

nlohmann::ordered_json counts_to_json(const ReplayCount& count) {
  return {{"times", count.times}, {"reproduced", count.reproduced}, {"traces_distinct", count.traces_distinct}};
}

std::string text_of(const RunResult& first, const ReplayCount& count, const std::string& bucket, bool controlled) {
  if (!first.verdict.failure) return fmt::format("{}\n", to_string(first.verdict.kind));
  const std::string traces =
      controlled ? counted_noun(count.traces_distinct, "distinct trace") : "schedule not under control";
  return fmt::format("{}\nbucket {}\nreproduced {} of {}, {}\n", exception_text(*first.verdict.failure), bucket,
                     count.reproduced, count.times, traces);
}

// Returns what is wrong with the answer; nothing if the replays agree with each other and with the case.
std::optional<Error> problem_of(const ReplayVerb& verb, const CaseInput& input, bool fails, const ReplayCount& count) {
  if (interrupt_signal != 0) {
    return Error{ErrorCode::kInterrupted, fmt::format("interrupted after {} of {} replays", count.times, verb.times)};
  }
  if (fails ? count.deterministic() : !input.claims_failure) return std::nullopt;
  return Error{ErrorCode::kNotReproducible,
               fails ? "the replays do not agree with each other" : "not reproducible: the case does not fail here"};
}

Expected<Answer> run_replay(const ReplayVerb& verb) {
  const auto opened = open_case(verb);
  if (!opened) return tl::unexpected(opened.error());
  Target& target = *opened->target;
  const auto first = strict_run(target, opened->input);
  if (!first) return tl::unexpected(first.error());

  const std::optional<Failure>& failure = first->verdict.failure;
  const std::string bucket = failure ? bucket_of(*failure) : "";
  const TargetInfo& info = target.info();
  ReplayCount count{.times = 1, .reproduced = failure ? 1U : 0U, .traces_distinct = info.controlled ? 1U : 0U};
  if (failure && verb.times > 1) {
    Terminal terminal(verb.quiet || verb.json);
    terminal.status(fmt::format("replaying {} times", verb.times));
    const auto counted = replay(target, first->recorded, bucket, verb.times);
    if (!counted) return tl::unexpected(counted.error());
    count = *counted;
  }
  const System& s = info.system;
  const auto problem = problem_of(verb, opened->input, failure.has_value(), count);
  const bool interrupted = problem && problem->code == ErrorCode::kInterrupted;
  return Answer{{{"status", interrupted ? "interrupted" : "ran"},
                 {"reason", interrupted ? problem->message : ""},
                 {"input", verb.input},
                 {"system", {{"python", s.python}, {"software", s.software}, {"path", s.path}}},
                 {"verdict", to_string(first->verdict.kind)},
                 {"bucket", bucket},
                 {"message", failure ? failure->message : ""},
                 {"replays", counts_to_json(count)},
                 {"case", case_to_json(first->recorded, info.program.schema)}},
                text_of(*first, count, bucket, info.controlled),
                failure ? ExitCode::kFinding : ExitCode::kClean,
                problem};
}

}  // namespace

Run add_replay(CLI::App& app) {
  auto verb = std::make_shared<ReplayVerb>();
  app.add_option("case", verb->input,
                 "FILE (case.json, min.json, a fuzz input), FOLDER of a finding, or TOKEN (sl2....)")
      ->required();
  app.add_option("--times", verb->times, "number of replays")->check(CLI::Range(1, 100'000'000))->capture_default_str();
  add_bytes_option(app, *verb);
  add_target_options(app, *verb);
  add_output_options(app, *verb);
  return [verb] {
    return print_answer(run_replay(*verb), verb->json, "straylane-replay/2",
                        {{"input", verb->input}, {"replays", counts_to_json({})}});
  };
}

}  // namespace straylane
