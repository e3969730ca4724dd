#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"
#include "domain/explanation.h"
#include "domain/kernel_source.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

// Whether the finding also happens without Straylane: stock interpreter, stock simulator, real threads.
enum class Confirmed { kStock, kNo, kNotTried };
const char* to_string(Confirmed confirmed);

// Strict replays of the minimal case.
struct Replays {
  std::uint32_t times = 0;
  std::uint32_t reproduced = 0;
  std::uint32_t traces_distinct = 0;  // 0 where the schedule is not under control
};

// A failure that was found, and everything that is known of it.
struct Finding {
  std::string bucket;
  std::string target;
  bool controlled = true;  // the schedule was ours; else it is not known, and only settings were shrunk
  Failure failure;
  std::string unfinished;         // what an interrupt ended, such as "shrinking"; empty where nothing
  Case found;                     // recorded
  bool shrunk = false;            // else there is no minimal case, and `minimal` is `found`
  Case minimal;                   // smallest at the block size it was found with
  Case minimal_any_block;         // smallest with block_size descended too
  std::uint32_t preemptions = 0;  // of `minimal`
  std::uint32_t preemptions_any_block = 0;
  bool proven = false;        // no schedule with fewer preemptions fails at the minimal settings
  std::string proven_at;      // of which of the two minima that was shown, for people
  std::string not_proven;     // why it was not shown; empty where it was
  std::string stopped_early;  // a bound that ended the shrinking, so that a smaller case may be left; empty where none
  // Whether no settings smaller than those of `minimal_any_block` fail, where that was tried.
  struct SmallerSettings {
    bool tried = false;
    bool proven = false;
    std::uint64_t settings = 0;  // smaller ones
    std::uint64_t cases = 0;     // that were run at them, and none fails
    std::string reason;          // why it is not proven
  } smaller_settings;
  std::uint64_t shrink_executions = 0;
  double shrink_seconds = 0;
  std::uint64_t launches_to_failure = 0;  // 0 where the case could not be built
  double seconds_to_failure = 0;
  Replays replays;
  Confirmed confirmed = Confirmed::kNotTried;
  std::string confirmation;  // what repro.py said, or why it was not tried
  std::string token;         // of `minimal`
  // Over the run: launches that failed, and those of them in which the failing thread should have returned.
  std::uint64_t failing_launches = 0;
  std::uint64_t stray_launches = 0;
  Observation trace;                   // traced run of `minimal`
  Observation trace_any_block;         // traced run of `minimal_any_block`, with events
  std::optional<Explanation> why;      // of `minimal_any_block`; none where the schedule is not under control
  // Digest of the orderings of `why`, equal at other settings and where lines move (explain/necessary_order.h); empty
  // where they are not known. One mistake may be met by several orders.
  std::string cause;
  std::optional<KernelSource> kernel;  // a user's; none: the factory's
  std::string folder;
  bool folder_was_there = false;  // from an earlier run: left as it is
};

}  // namespace straylane
