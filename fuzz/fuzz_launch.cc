// libFuzzer entry point: runs a program with the settings and the schedule that an input holds. Options come from the
// environment (campaign/engine_variables.h). The system under test runs in a worker process and has no instrumentation.
// The coverage that the engine gets says which pairs of accesses met (search/pair_counters.h).
#include <cstddef>
#include <cstdint>

#include "fuzz/engine_hooks.h"
#include "fuzz/launch_session.h"
#include "search/pair_counters.h"

// libFuzzer clears what is in this section before each input and reads it after.
__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t extra_counters[straylane::kPairCounters];

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace straylane;
  // The empty input is the default case, which is among the seeds, too. An empty file could not be kept as a finding.
  if (size == 0 || !is_input(data)) return -1;
  const VerdictKind verdict = LaunchSession::of_process().run({data, size}, extra_counters);
  hand_over_counters();
  return verdict == VerdictKind::kDiscard ? -1 : 0;
}
