#pragma once

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstddef>

#include "interleave/sanitizer_stack.h"

namespace straylane {

inline constexpr std::size_t kFiberStackBytes = 512 * 1024;  // of address space; pages are committed as they are used

// A stack that runs one job after another. Its owner switches to it and away from it; it is never destroyed while a
// job is suspended on it (a skipped `finally` would be a failure of ours), see Interleaver.
struct Fiber {
  boost::context::fiber context;   // valid while suspended
  void (*entry)(void*) = nullptr;  // the job; null while idle
  void* argument = nullptr;
  void* user = nullptr;  // the backend's: an interpreter thread state
  StackBounds stack;     // of `m`'s own stack only known once it has been left
};

}  // namespace straylane
