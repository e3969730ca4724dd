#pragma once

#include <cstdint>

namespace straylane {

// What the entry points need of the engine that calls them. Each engine has its own definitions: libfuzzer_hooks.cc,
// where there is nothing to do; afl_counters.cc and afl_child.cc for AFL++.

// Must be called after each input. Hands the engine its counters: those of the section __libfuzzer_extra_counters, and
// those registered with __sanitizer_cov_8bit_counters_init. libFuzzer reads them itself; for AFL++ they are copied into
// its map.
void hand_over_counters();

// Whether `data` is one of the engine's inputs. AFL++'s driver first calls the entry point with an input of its own,
// which is not kept anywhere.
bool is_input(const std::uint8_t* data);

// Must be called before the first input of a campaign. From then on the process itself reports an input that ends it,
// if the engine does not.
void tell_what_ends_the_process();

}  // namespace straylane
