// libFuzzer entry point: a program under a schedule, its settings and the schedule decoded from the input. Options come
// from the environment (campaign/engine_variables.h). The system under test runs in a worker process and carries no
// instrumentation; what the engine gets as coverage is which code met which (search/pair_counters.h).
#include <cstddef>
#include <cstdint>

#include "fuzz/engine_hooks.h"
#include "fuzz/launch_session.h"
#include "search/pair_counters.h"

// libFuzzer clears what is in this section before each input and reads it after.
__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t extra_counters[straylane::kPairCounters];

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace straylane;
  // The default case, which is among the seeds too: a file without content is nothing that a finding could be kept in.
  if (size == 0 || !is_input(data)) return -1;
  const VerdictKind verdict = LaunchSession::of_process().run({data, size}, extra_counters);
  hand_over_counters();
  return verdict == VerdictKind::kDiscard ? -1 : 0;
}
