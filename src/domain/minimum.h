#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"

namespace straylane {

// The smallest case that a shrink came to.
struct Minimum {
  Case failing;  // in recorded form; its list of sites is empty where the shrink was stopped early
  std::uint32_t preemptions = 0;
  // Every schedule in search form with fewer preemptions was run at these settings and none fails; `failing` has no
  // choice but its preemptions. Says nothing of schedules that also make choices where a thread waits or ends.
  bool proven = false;
  std::string not_proven = {};  // why it is not proven; empty where it is
  // Every failing case of the bucket with these settings and this number of preemptions gives this schedule.
  bool canonical = false;
  // The bound of the whole shrink or of the canonical search that was reached, so that a smaller case may exist; empty
  // where none was.
  std::string stopped_early = {};

  bool operator==(const Minimum&) const = default;
};

// Whether any settings smaller than those of a minimum fail: none larger in any parameter, one smaller.
struct SmallerSettings {
  bool proven = false;         // none fails
  std::uint64_t settings = 0;  // smaller ones that were tried
  std::uint64_t cases = 0;     // that were run at them
  std::string reason = {};     // why it is not proven; empty where it is

  bool operator==(const SmallerSettings&) const = default;
};

// What a shrink came to.
struct Shrunk {
  Minimum minimal;            // parameters of the role `shape` as they were found
  Minimum minimal_any_shape;  // those made smaller too
  std::optional<SmallerSettings> smaller_settings;  // of `minimal_any_shape`; nothing where it was not tried
  std::uint64_t executions = 0;
  double seconds = 0;

  bool operator==(const Shrunk&) const = default;
};

}  // namespace straylane
