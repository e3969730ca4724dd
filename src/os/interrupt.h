#pragma once

#include <atomic>

namespace straylane {

// The signal that asked the program to end, or 0. Set by the handlers of the command line; whatever waits looks at it.
inline std::atomic<int> interrupt_signal = 0;

}  // namespace straylane
