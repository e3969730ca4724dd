#include "fuzz/engine_hooks.h"

namespace straylane {

void hand_over_counters() {}

bool is_input(const std::uint8_t*) { return true; }

void tell_what_ends_the_process() {}

}  // namespace straylane
