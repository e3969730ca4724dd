#include "hunt/hunt.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "domain/counted_noun.h"
#include "generate/setting_classes.h"
#include "hunt/canary_check.h"
#include "hunt/finding_maker.h"
#include "hunt/shrink_failure.h"
#include "os/interrupt.h"
#include "run/run_case.h"
#include "search/discovery_counter.h"
#include "search/portfolio.h"

namespace straylane {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kProgressInterval = std::chrono::milliseconds(500);
// For each bucket:
constexpr std::uint32_t kOtherCauseTries = 256;  // further failures that are examined for another cause
constexpr std::uint32_t kSameCauseMax = 4;       // findings whose cause turned out to be known
constexpr std::uint32_t kUnreproducedMax = 8;    // after that many, its failures are only counted

class Hunter {
 public:
  Hunter(Target& target, const HuntOptions& options, const HuntHooks& hooks, TargetSummary& summary,
         std::vector<Finding>& findings)
      : target_(target),
        options_(options),
        hooks_(hooks),
        summary_(summary),
        findings_(findings),
        search_(target, options.search),
        classes_(setting_classes(target.info().program.schema, target.info().program.classes)) {}

  Expected<void> run() {
    const TargetInfo& info = target_.info();
    summary_.system = info.system;
    summary_.notes = info.notes;
    summary_.controlled = info.controlled;
    summary_.kernel = info.kernel ? info.kernel->path : "";
    summary_.ran = info.cannot_launch.empty();
    if (info.program.hypothesis && info.names_threads) summary_.hypothesis = {*info.program.hypothesis, {}};
    summary_.ended_by = "error";
    auto canary = check_canaries(target_, options_.search.granularity);
    if (!canary) {
      if (canary.error().code != ErrorCode::kInterrupted) return tl::unexpected(canary.error());
      summary_.ended_by = "interrupt";
      return {};
    }
    summary_.canary = std::move(*canary);
    if (auto controlled = all_found(summary_.canary, info.name); !controlled) return controlled;
    start_ = said_ = Clock::now();
    summary_.ended_by = "time";
    while (!done()) {
      const auto ok = run_batch();
      if (ok) continue;
      const bool interrupted = ok.error().code == ErrorCode::kInterrupted;
      summary_.ended_by = interrupted ? "interrupt" : "error";
      if (interrupted) continue;
      finish();
      return ok;
    }
    finish();
    return {};
  }

 private:
  void finish() {
    take_figures();
    if (summary_.ran) return;
    summary_.reason = fmt::format("{}; the build half ran: {} for {}, {} failed", target_.info().cannot_launch,
                                  counted_noun(summary_.builds, "build"), fmt::join(target_.info().builds_for, ", "),
                                  summary_.builds_failed);
  }
  // Copies the figures that are counted elsewhere during the search.
  void take_figures() {
    summary_.classes = classes_.by_name();
    summary_.not_covered = classes_.below_floor(summary_.cases).value_or("");
    summary_.discovery = behaviours_.estimate();
    summary_.schedules_distinct = traces_.estimate().classes;
    if (!summary_.controlled) return;
    summary_.strategies = search_.portfolio().figures();
    summary_.reads_from_classes = search_.portfolio().reads_from_classes();
  }
  bool done() {
    if (interrupt_signal != 0) summary_.ended_by = "interrupt";
    return summary_.ended_by != "time" || search_seconds() >= options_.time_s;
  }
  double search_seconds() const { return seconds_since(start_) - aside_seconds_; }

  Expected<void> run_batch() {
    auto results = search_.next_batch();
    if (!results) return tl::unexpected(results.error());
    for (const RunResult& result : *results) {
      count(result);
      if (result.verdict.kind == VerdictKind::kHarnessError) {
        return make_error(ErrorCode::kInternal, result.verdict.reason);
      }
      if (result.verdict.kind != VerdictKind::kFail) continue;
      Known& known = buckets_[bucket_of(*result.verdict.failure)];
      const auto other = has_other_cause(result, known);
      if (!other) return tl::unexpected(other.error());
      if (!*other) continue;
      const std::size_t before = findings_.size();
      if (auto ok = take(result, known); !ok) return ok;
      if (findings_.size() == before) {
        ++known.unreproduced;
      } else if (!options_.keep_going) {
        summary_.ended_by = "finding";
        return {};
      }
    }
    summary_.seconds = search_seconds();
    if (Clock::now() - said_ <= kProgressInterval) return {};
    take_figures();
    hooks_.progress(summary_, options_.time_s);
    said_ = Clock::now();
    return {};
  }

  void count(const RunResult& result) {
    ++summary_.cases;
    summary_.launches += launches_of(result);
    classes_.add(result.recorded.calls);
    summary_.builds += result.observation.builds;
    summary_.builds_failed += result.observation.builds_failed;
    if (summary_.controlled) {
      ++summary_.schedules;
      traces_.add(result.observation);
      behaviours_.add(result.observation);
    }
    if (result.verdict.kind == VerdictKind::kUnsupported) {
      ++summary_.not_launched;
      summary_.why_not_launched = result.verdict.reason;
    }
    if (result.verdict.kind != VerdictKind::kFail) return;
    ++summary_.failing_launches;
    if (summary_.hypothesis) count_failure(*result.verdict.failure, *summary_.hypothesis);
  }

  // What is known of one bucket.
  struct Known {
    KnownCauses causes;
    std::uint32_t tried = 0;         // further failures that were examined for another cause
    std::uint32_t same_cause = 0;    // findings whose cause turned out to be known
    std::uint32_t unreproduced = 0;  // failures that gave no finding of their own
    bool closed = false;             // the cause of a finding is not known, so no other cause can be told from it
  };

  // Tells whether a failure has none of the known causes of its bucket.
  Expected<bool> has_other_cause(const RunResult& result, Known& known) {
    if (known.unreproduced >= kUnreproducedMax) return false;
    if (known.causes.empty() && !known.closed) return true;
    if (known.closed || known.same_cause == kSameCauseMax || ++known.tried > kOtherCauseTries) return false;
    auto again = run_case(target_, result.recorded, {.trace = true, .strict = true});
    if (!again) return tl::unexpected(again.error());
    return fails_in(*again, bucket_of(*result.verdict.failure)) && !has_known_cause(known.causes, again->observation);
  }

  Expected<void> take(const RunResult& result, Known& known) {
    const auto start = Clock::now();
    const double found_after = search_seconds();
    summary_.seconds = found_after;
    const Failure& failure = *result.verdict.failure;
    const std::string after =
        summary_.ran ? counted_noun(summary_.launches, "launch") : counted_noun(summary_.builds, "build");
    hooks_.say(fmt::format("found after {}, {:.3f} s: {}", after, found_after, exception_text(failure)));
    Finding finding = start_finding(target_.info(), result);
    finding.launches_to_failure = summary_.launches;
    finding.seconds_to_failure = found_after;
    // A failure without a thread, such as a worker that died, says nothing about the hypothesis.
    const bool has_answer = finding.hypothesis && failure.thread && summary_.controlled;
    const auto census = has_answer ? take_census(result, *finding.hypothesis) : Expected<void>();
    if (!census && census.error().code != ErrorCode::kInterrupted) return census;
    FindingMaker maker(target_, options_, hooks_, known.causes);
    auto made = maker.make(result, finding);
    aside_seconds_ += seconds_since(start);
    if (!made && made.error().code == ErrorCode::kNotReproducible) {
      ++summary_.unreproduced;
      hooks_.say("not reproducible, the search goes on: " + made.error().message);
      return {};
    }
    const bool known_cause = std::ranges::any_of(known.causes, [&finding](const auto& order) {
      return !finding.why || same_cause(cause_places(order), cause_places(finding.why->order));
    });
    if (!finding.cause.empty()) known.causes.push_back(finding.why->order);
    if (made && known_cause) {  // another order of the same mistake
      ++known.same_cause;
      hooks_.say("it has the same cause as " + finding.folder);
      return {};
    }
    known.closed = known.closed || finding.cause.empty();
    findings_.push_back(std::move(finding));
    return made;
  }

  // Counts how often the program's hypothesis holds. One failure says little, so runs the same settings under other
  // schedules.
  Expected<void> take_census(const RunResult& result, HypothesisCheck& check) {
    std::vector<Case> cases(options_.census, result.recorded);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      cases[i].sites.clear();
      cases[i].schedule = DrawnForm{DrawnStrategy::kSticky, options_.search.seed * 1'000'003 + i};
    }
    auto results = run_cases(target_, cases, {});
    if (!results) return tl::unexpected(results.error());
    for (const RunResult& further : *results) {
      if (further.verdict.kind == VerdictKind::kFail) count_failure(*further.verdict.failure, check);
    }
    return {};
  }

  Target& target_;
  const HuntOptions& options_;
  const HuntHooks& hooks_;
  TargetSummary& summary_;
  std::vector<Finding>& findings_;
  SearchLoop search_;
  ClassCounts classes_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point said_ = start_;
  double aside_seconds_ = 0;  // not spent on searching
  DiscoveryCounter traces_{kTraceBehaviour};
  DiscoveryCounter behaviours_{kReadsFromBehaviour};
  std::map<std::string, Known> buckets_;
};

}  // namespace

Expected<void> hunt(Target& target, const HuntOptions& options, const HuntHooks& hooks, TargetSummary& summary,
                    std::vector<Finding>& findings) {
  return Hunter(target, options, hooks, summary, findings).run();
}

}  // namespace straylane
