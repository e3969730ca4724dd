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

// Runs cases under a guide and gives for each whether it failed in the bucket that is being explained, and its
// observation; one round trip. A run that the guide refuses has failed in none. See run/same_bucket.h for the one over
// a target.
using GuidedRuns =
    std::function<Expected<std::vector<std::pair<bool, Observation>>>(std::span<const Case>, const Guide& guide)>;

// What the parts of an explanation share: the function, how often it may be called, and what counts as the same failure.
// Once a bound is reached or there was an error, no run is made any more, and `stopped` and `error` say so.
class GuidedSession {
 public:
  struct Options {
    std::uint64_t executions_max = 6'000;
    std::uint32_t steps_expected = 400;  // yield points of a run
    std::function<bool()> time_is_up = [] { return false; };
  };
  struct Count {
    std::uint32_t runs = 0;  // that could be carried out under the guide
    std::uint32_t failed = 0;
  };

  GuidedSession(GuidedRuns run, Case failing, Options options)
      : run_(std::move(run)), failing_(std::move(failing)), options_(std::move(options)) {}

  // Schedules `first_seed`... drawn under the guide: mostly random walks, one in four with random priorities. Counted as
  // failed where they failed in the bucket, and where `same_thread` is given, that thread had an exception.
  Count draw(const Guide& guide, std::uint64_t first_seed, std::uint32_t count,
             const std::optional<ThreadId>& same_thread);

  std::uint64_t executions() const { return executions_; }
  bool over() const { return error_.has_value() || !stopped_.empty(); }
  const std::string& stopped() const { return stopped_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  GuidedRuns run_;
  Case failing_;
  Options options_;
  std::uint64_t executions_ = 0;
  std::string stopped_;
  std::optional<Error> error_;
};

}  // namespace straylane
