#pragma once

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace straylane {

inline constexpr std::size_t kFiberStackBytes = 512 * 1024;  // of address space; pages are committed as they are used

struct StackBounds {
  const void* bottom = nullptr;  // its lowest address
  std::size_t bytes = 0;
};

// A stack that runs one job after another. Its owner switches to it and away from it. A fiber is never destroyed while
// a job is suspended on it, because a skipped `finally` would be a failure of our own making (see Interleaver).
struct Fiber {
  boost::context::fiber context;   // valid while suspended
  void (*entry)(void*) = nullptr;  // the job; null while idle
  void* argument = nullptr;
  void* user = nullptr;  // belongs to the backend: an interpreter thread state
  StackBounds stack;     // for the stack of `m`, known only once that has been left
};

// leave_stack and enter_stack tell AddressSanitizer of every change of stack: the one before a switch, the other after
// it. Otherwise it would take the accesses of a fiber for accesses outside the thread's stack. Other builds do nothing.
#if defined(__SANITIZE_ADDRESS__)

// Returns what the stack that is left passes to `enter_stack` when it goes on. `ends`: it never goes on.
inline void* leave_stack(const StackBounds& to, bool ends = false) {
  void* kept = nullptr;
  __sanitizer_start_switch_fiber(ends ? nullptr : &kept, to.bottom, to.bytes);
  return kept;
}

// Puts the bounds of the stack that was left into `from`. `kept` is null on a stack that is entered for the first time.
inline void enter_stack(void* kept, StackBounds& from) {
  __sanitizer_finish_switch_fiber(kept, &from.bottom, &from.bytes);
}

#else

inline void* leave_stack(const StackBounds&, bool = false) { return nullptr; }
inline void enter_stack(void*, StackBounds&) {}

#endif

}  // namespace straylane
