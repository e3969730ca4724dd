#pragma once

namespace straylane {

// Called after each input, with its counters: those of the section __libfuzzer_extra_counters, and those registered with
// __sanitizer_cov_8bit_counters_init. One definition for each engine: libFuzzer looks at them itself
// (libfuzzer_counters.cc); AFL++ gets them in its map (afl_counters.cc).
void hand_over_counters();

}  // namespace straylane
