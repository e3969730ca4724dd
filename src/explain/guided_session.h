#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "domain/case.h"
#include "domain/guide.h"
#include "domain/observation.h"

namespace straylane {

// Runs cases under a guide, in one round trip. For each case it gives its observation, and whether the case failed in
// the bucket that is being explained. A run that the guide refuses counts as not failed. `guided_runs` in
// run/same_bucket.h makes such a function from a target.
using GuidedRuns =
    std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, const Guide& guide)>;

// One part of an explanation draws its schedules here, within bounds. After a bound is reached or an error occurs, the
// session is over and makes no more runs.
class GuidedSession {
 public:
  struct Options {
    std::uint64_t executions_max = 6'000;
    std::uint32_t steps_expected = 400;  // yield points of a run
    std::function<bool()> time_is_up = [] { return false; };
  };
  struct Count {
    std::uint32_t runs = 0;  // without those that the guide refused
    std::uint32_t failed = 0;
  };

  GuidedSession(GuidedRuns run, Case failing, Options options)
      : run_(std::move(run)), failing_(std::move(failing)), options_(std::move(options)) {}

  // Draws `count` schedules under the guide, with the seeds from `first_seed` on. One in four has random priorities,
  // the others are random walks. A run counts as failed if it failed in the bucket and, where `same_thread` is given,
  // that thread had an exception.
  Count draw(const Guide& guide, std::uint64_t first_seed, std::uint32_t count,
             const std::optional<ThreadId>& same_thread);

  bool over() const { return error_.has_value() || !stopped_.empty(); }

  // Adds the number of executions to an answer, and to `stopped_early` the bound that was reached. Returns the
  // session's error instead, if it had one.
  template <class Answer>
  Expected<Answer> completed(Answer answer) const {
    if (error_) return tl::unexpected(*error_);
    answer.executions = executions_;
    if (over()) answer.stopped_early = stopped_;
    return answer;
  }

 private:
  GuidedRuns run_;
  Case failing_;
  Options options_;
  std::uint64_t executions_ = 0;
  std::string stopped_;  // the bound that was reached; empty before
  std::optional<Error> error_;
};

// What a run says of a thread; null for `m` and for a thread that was not started.
const ThreadOutcome* outcome_of(const Observation& observation, ThreadId thread);

// The thread whose exception was the first of a run; null if no thread had one.
const ThreadOutcome* first_to_fail(const Observation& observation);

}  // namespace straylane
