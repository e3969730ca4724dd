#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "domain/case.h"
#include "domain/observation.h"
#include "shrink/case_size.h"

namespace straylane {

// Runs a batch of cases and gives for each whether it failed in the bucket that is being shrunk, and its observation.
// Replay of recorded schedules is lenient here. See run/same_bucket.h for the one over a target.
using RunMany = std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, bool trace)>;

// What one pass of a shrink cost, added up over the times it was made.
struct PassCount {
  std::string pass;
  std::uint64_t executions = 0;
  std::uint64_t yields = 0;  // yield points of those executions: what they cost in time, about

  bool operator==(const PassCount&) const = default;
};

// What the passes of one shrink share: the function, the count of executions and the bounds. Once a bound is reached,
// the function was interrupted (kInterrupted) or has returned another error, nothing fails any more, so that every pass
// ends by itself with the smallest case it had; `stopped_by`, `interrupted` and `error` say so afterwards.
class ShrinkSession {
 public:
  static constexpr std::size_t kBatch = 32;  // amortises the round trip to a worker, wastes little at a first failure
  static constexpr std::size_t kFirstBatch = 4;

  static constexpr double kNoLimit = std::numeric_limits<double>::infinity();

  // `schema`: of the program; outlives the session. `time_s`: wall time from here on. The only bound under which two
  // shrinks of one case may end differently.
  ShrinkSession(RunMany run, const Schema& schema, std::uint64_t executions_max, double time_s = kNoLimit)
      : run_(std::move(run)), schema_(schema), executions_max_(executions_max), time_s_(time_s) {}

  const Schema& schema() const { return schema_; }
  CaseSize size_of(const Case& c) const { return case_size(c, schema_); }

  // One entry per case, or none at all where the session is over. One round trip.
  std::vector<std::pair<bool, Observation>> run(std::span<const Case> cases, bool trace);

  // The first of the cases that fails, in recorded form, and its place among them; later ones may not have been run.
  // In batches of kFirstBatch, then twice as many each, up to kBatch: mostly one of the first fails, or none at all.
  struct Found {
    std::size_t place = 0;
    Case recorded;
    std::uint32_t preemptions = 0;
    std::uint64_t yields = 0;
  };
  std::optional<Found> first_failing(std::span<const Case> cases);

  std::uint64_t executions() const { return executions_; }
  void allow_more(std::uint64_t executions) { executions_max_ += executions; }
  bool over() const { return error_ || interrupted_ || executions_ >= executions_max_ || out_of_time(); }
  const std::optional<Error>& error() const { return error_; }
  bool interrupted() const { return interrupted_; }
  // Which bound ended it, in words: "interrupted", "executions_max reached", "out of time"; empty where none did.
  std::string stopped_by() const;

  // Preemptions of a failing case that first_failing has found or that was traced; nothing where it is none.
  std::optional<std::uint32_t> preemptions_of(const Case& c) const;

  // Cases that are known to pass need no second run. Only those that were run: what comes after the first that fails in
  // a batch is not known.
  void remember_passing(const Case& c) { passing_.insert(key_of(c)); }
  bool known_to_pass(const Case& c) const { return passing_.contains(key_of(c)); }

  // Executions from here on are counted for `pass`.
  void begin_pass(const std::string& pass);
  const std::vector<PassCount>& passes() const { return passes_; }

 private:
  bool out_of_time() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count() >= time_s_;
  }

  // The size, with a digest in the place of long data: many are kept.
  CaseSize key_of(const Case& c) const;

  RunMany run_;
  const Schema& schema_;
  std::uint64_t executions_max_;
  double time_s_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool interrupted_ = false;
  std::uint64_t executions_ = 0;
  std::optional<Error> error_;
  std::set<CaseSize> passing_;
  std::map<CaseSize, std::uint32_t> preemptions_;
  std::vector<PassCount> passes_ = {PassCount{"first run"}};
  std::size_t pass_ = 0;  // the current one's place
};

// The case as it ran: with the schedule in recorded form.
Case as_recorded(Case c, const Observation& observation);

}  // namespace straylane
