#include "hunt/hunt.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "domain/counted_noun.h"
#include "generate/setting_classes.h"
#include "hunt/finding_maker.h"
#include "os/interrupt.h"
#include "run/run_case.h"
#include "search/discovery_counter.h"
#include "search/search_loop.h"

namespace straylane {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kProgressInterval = std::chrono::milliseconds(500);
// Further failures of a bucket that are looked at for another cause, and findings of it whose cause turned out to be known.
constexpr std::uint32_t kOtherCauseTries = 256;
constexpr std::uint32_t kSameCauseMax = 4;
constexpr std::uint32_t kUnreproducedMax = 8;  // of a bucket; after that its failures are only counted

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

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
      if (auto ok = run_batch(); !ok) {
        const bool interrupted = ok.error().code == ErrorCode::kInterrupted;
        summary_.ended_by = interrupted ? "interrupt" : "error";
        if (!interrupted) {
          finish();
          return ok;
        }
      }
    }
    finish();
    return {};
  }

 private:
  void finish() {
    take_figures();
    if (!summary_.ran) {
      summary_.reason = fmt::format("{}; the build half ran: {} for {}, {} failed", target_.info().cannot_launch,
                                    counted_noun(summary_.builds, "build"), fmt::join(target_.info().builds_for, ", "),
                                    summary_.builds_failed);
    }
  }
  // What is counted elsewhere while the search runs.
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
      const std::string bucket = bucket_of(*result.verdict.failure);
      if (unreproduced_[bucket] >= kUnreproducedMax) continue;
      if (buckets_.count(bucket) != 0) {
        auto other = has_other_cause(result, buckets_[bucket]);
        if (!other) return tl::unexpected(other.error());
        if (!*other) continue;
      }
      const std::size_t before = findings_.size();
      if (auto ok = take(result, buckets_[bucket]); !ok) return ok;
      if (findings_.size() == before) {
        ++unreproduced_[bucket];
        if (buckets_[bucket].causes.empty()) buckets_.erase(bucket);
        continue;
      }
      if (!options_.keep_going) {
        summary_.ended_by = "finding";
        return {};
      }
    }
    if (Clock::now() - said_ > kProgressInterval) {
      summary_.seconds = search_seconds();
      take_figures();
      hooks_.progress(summary_, options_.time_s);
      said_ = Clock::now();
    }
    summary_.seconds = search_seconds();
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

  // What is known of the findings of one bucket.
  struct Known {
    KnownCauses causes;
    std::uint32_t tried = 0;       // further failures, for another cause
    std::uint32_t same_cause = 0;  // findings that were none of their own
    bool closed = false;           // a finding whose cause is not known: nothing can be told from it
  };

  // Whether a further failure of a bucket has none of the causes that are known of it.
  Expected<bool> has_other_cause(const RunResult& result, Known& known) {
    if (known.closed || known.same_cause == kSameCauseMax || ++known.tried > kOtherCauseTries) return false;
    auto again = run_case(target_, result.recorded, {.trace = true, .strict = true});
    if (!again) return tl::unexpected(again.error());
    const bool same = again->verdict.failure && bucket_of(*again->verdict.failure) == bucket_of(*result.verdict.failure);
    return same && !has_known_cause(known.causes, again->observation);
  }

  Expected<void> take(const RunResult& result, Known& known) {
    const auto start = Clock::now();
    const double found_after = search_seconds();
    summary_.seconds = found_after;
    const Failure& failure = *result.verdict.failure;
    const std::string after = summary_.ran
                                  ? counted_noun(summary_.launches, "launch")
                                  : counted_noun(summary_.builds, "build");
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
    const bool known_cause = std::any_of(known.causes.begin(), known.causes.end(), [&finding](const auto& order) {
      return !finding.why || same_cause(cause_places(order), cause_places(finding.why->order));
    });
    if (made && known_cause) {
      ++known.same_cause;
      if (!finding.cause.empty()) known.causes.push_back(finding.why->order);  // another order of the same mistake
      hooks_.say("its cause is the one of " + finding.folder);
      return {};
    }
    known.closed = known.closed || finding.cause.empty();
    if (!finding.cause.empty()) known.causes.push_back(finding.why->order);
    findings_.push_back(std::move(finding));
    return made;
  }

  // Does the program's hypothesis hold? One failure says little: the same settings again, under other schedules.
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
  std::map<std::string, Known> buckets_;               // of findings
  std::map<std::string, std::uint32_t> unreproduced_;  // by bucket
};

}  // namespace

Expected<void> hunt(Target& target, const HuntOptions& options, const HuntHooks& hooks, TargetSummary& summary,
                    std::vector<Finding>& findings) {
  return Hunter(target, options, hooks, summary, findings).run();
}

}  // namespace straylane
