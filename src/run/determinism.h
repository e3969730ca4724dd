#pragma once

#include <cstdint>
#include <string>

#include "run/run_case.h"

namespace straylane {

// What came of replaying a recorded case again and again.
struct ReplayCount {
  std::uint32_t times = 0;
  std::uint32_t reproduced = 0;       // failed in the bucket that was asked for
  std::uint32_t refused = 0;          // the system is not the one it was recorded on
  std::uint32_t traces_distinct = 0;  // 1 for a deterministic case; 0 of a target whose schedule is not under control
  std::string refusal;                // the first one

  bool operator==(const ReplayCount&) const = default;

  bool deterministic() const { return reproduced == times && traces_distinct <= 1; }
};

// Replays `recorded` strictly, whatever `options` say, in batches. An interrupt leaves what has been counted, with
// `times` below what was asked for; other errors are those of run_cases.
Expected<ReplayCount> replay(Target& target, const Case& recorded, const std::string& bucket, std::uint32_t times,
                             RunOptions options = {});

}  // namespace straylane
