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

// Runs a batch of cases. Gives for each whether it failed in the bucket that is being shrunk, and its observation.
// Recorded schedules are replayed leniently. run/same_bucket.h has the one that runs cases on a target.
using RunMany = std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, bool trace)>;

// What one pass of a shrink cost, summed over all its times.
struct PassCount {
  std::string pass;
  std::uint64_t executions = 0;
  std::uint64_t yields = 0;  // yield points of those executions, about proportional to their time

  bool operator==(const PassCount&) const = default;
};

// What the passes of one shrink share: the function, the count of executions and the bounds. The session is over once a
// bound is reached, or the function was interrupted (kInterrupted) or returned another error. From then on nothing
// fails, so every pass ends by itself with its smallest case. `stopped_by`, `interrupted` and `error` say why.
class ShrinkSession {
 public:
  static constexpr std::size_t kBatch = 32;  // amortises the round trip to a worker, but wastes little after a failure
  static constexpr std::size_t kFirstBatch = 4;

  static constexpr double kNoLimit = std::numeric_limits<double>::infinity();

  // `schema` is that of the program and outlives the session. `time_s` is wall time from now on. It is the only bound
  // under which two shrinks of one case may end differently.
  ShrinkSession(RunMany run, const Schema& schema, std::uint64_t executions_max, double time_s = kNoLimit)
      : run_(std::move(run)), schema_(schema), executions_max_(executions_max), time_s_(time_s) {}

  const Schema& schema() const { return schema_; }
  CaseSize size_of(const Case& c) const { return case_size(c, schema_); }
  bool is_smaller(const Case& a, const Case& b) const { return size_of(a) < size_of(b); }

  // Runs the cases in one round trip. Gives one entry per case, or none at all if the session is over.
  std::vector<std::pair<bool, Observation>> run(std::span<const Case> cases, bool trace);

  // Gives the first case that fails, in recorded form, and its place among the cases. Later cases may not have been
  // run. The batches grow from kFirstBatch to kBatch, because mostly one of the first cases fails, or none at all.
  struct Found {
    std::size_t place = 0;
    Case recorded;
    std::uint32_t preemptions = 0;
  };
  std::optional<Found> first_failing(std::span<const Case> cases);

  std::uint64_t executions() const { return executions_; }
  void allow_more(std::uint64_t executions) { executions_max_ += executions; }
  bool over() const { return error_ || interrupted_ || executions_ >= executions_max_ || out_of_time(); }
  const std::optional<Error>& error() const { return error_; }
  bool interrupted() const { return interrupted_; }
  // The bound that ended it: "interrupted", "executions_max reached", "out of time" or empty.
  std::string stopped_by() const;

  // The preemptions of a failing case that first_failing found or that was traced; nothing for other cases.
  std::optional<std::uint32_t> preemptions_of(const Case& c) const;

  // Cases that are known to pass need no second run.
  // Precondition: `c` was run. Cases after the first failing one in a batch may not have been.
  void remember_passing(const Case& c) { passing_.insert(key_of(c)); }
  bool known_to_pass(const Case& c) const { return passing_.contains(key_of(c)); }

  // Counts executions for `pass` from now on.
  void begin_pass(const std::string& pass);
  const std::vector<PassCount>& passes() const { return passes_; }

 private:
  bool out_of_time() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count() >= time_s_;
  }

  // The size, in which a digest replaces long data, because many keys are kept.
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
  std::size_t pass_ = 0;  // index of the current pass
};

// The case as it ran, with the schedule in recorded form.
Case as_recorded(Case c, const Observation& observation);

// Precondition: the schedule is in recorded form.
inline RecordedForm& choices_of(Case& c) { return std::get<RecordedForm>(c.schedule); }
inline const RecordedForm& choices_of(const Case& c) { return std::get<RecordedForm>(c.schedule); }

}  // namespace straylane
