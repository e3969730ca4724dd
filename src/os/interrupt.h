#pragma once

#include <atomic>

namespace straylane {

// The signal that asked the program to end, or 0. The command line's signal handlers set it. Every loop that waits
// checks it.
inline std::atomic<int> interrupt_signal = 0;

}  // namespace straylane
