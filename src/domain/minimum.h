#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"

namespace straylane {

// The smallest case that a shrink found.
struct Minimum {
  Case failing;  // in recorded form; has no list of sites if the shrink was stopped early
  std::uint32_t preemptions = 0;
  // Every schedule in search form with fewer preemptions was run at these settings, none of them fails, and all choices
  // of `failing` are preemptions. Schedules that also choose where a thread waits or ends are not covered.
  bool proven = false;
  std::string not_proven = {};  // empty if it is proven
  // Shrinking any failing case of the bucket with these settings and this number of preemptions gives this schedule.
  bool canonical = false;
  // The bound of the shrink or of the canonical search that was reached, so a smaller case may exist. Empty if none
  // was.
  std::string stopped_early = {};

  bool operator==(const Minimum&) const = default;
};

// Whether any settings smaller than those of a minimum fail. Settings are smaller if no parameter is larger and at
// least one is smaller.
struct SmallerSettings {
  bool proven = false;         // no smaller settings fail
  std::uint64_t settings = 0;  // smaller settings that were tried
  std::uint64_t cases = 0;     // cases that were run at them
  std::string reason = {};     // why it is not proven; empty if it is

  bool operator==(const SmallerSettings&) const = default;
};

// The result of a shrink.
struct Shrunk {
  Minimum minimal;                                  // parameters of the role `shape` have the values that were found
  Minimum minimal_any_shape;                        // parameters of the role `shape` are shrunk too
  std::optional<SmallerSettings> smaller_settings;  // of `minimal_any_shape`; absent if not tried
  std::uint64_t executions = 0;
  double seconds = 0;

  bool operator==(const Shrunk&) const = default;
};

}  // namespace straylane
