#pragma once

#include <cstdint>

namespace straylane {

// What the entry point needs of the engine that calls it. Each engine has a definition: libfuzzer_hooks.cc, where there is
// nothing to do, and afl_counters.cc with afl_child.cc.

// Called after each input, with its counters: those of the section __libfuzzer_extra_counters, and those registered
// with __sanitizer_cov_8bit_counters_init. libFuzzer looks at them itself; AFL++ gets them in its map.
void hand_over_counters();

// Whether `data` is one of the engine's inputs. AFL++'s driver first calls the entry point with one of its own, which
// nobody would recognise later.
bool is_input(const std::uint8_t* data);

// Called in a campaign, before the first input: the process itself says which one ended it, where the engine would not.
void tell_what_ends_the_process();

}  // namespace straylane
