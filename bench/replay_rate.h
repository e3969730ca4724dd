#pragma once

#include "run/same_bucket.h"

namespace straylane {

struct ReplayRate {
  Case replayed;
  ReplayCount count;
  double seconds = 0;

  double rate() const { return seconds > 0 ? count.times / seconds : 0; }
};

// Replays a minimal case strictly, in batches, for at least `seconds`.
Expected<ReplayRate> measure_replay_rate(Target& target, const Case& minimal, const std::string& bucket,
                                         double seconds);

}  // namespace straylane
