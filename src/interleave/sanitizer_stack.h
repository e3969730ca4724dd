#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace straylane {

// Tells AddressSanitizer of every change of stack, or it takes what a fiber does for accesses outside of the thread's
// stack. Does nothing in other builds. Before a switch `leave_stack`, after it `enter_stack`.
struct StackBounds {
  const void* bottom = nullptr;  // its lowest address
  std::size_t bytes = 0;
};

#if defined(__SANITIZE_ADDRESS__)

// Gives what the same stack passes to `enter_stack` when it goes on; `ends` where it never does.
inline void* leave_stack(const StackBounds& to, bool ends = false) {
  void* kept = nullptr;
  __sanitizer_start_switch_fiber(ends ? nullptr : &kept, to.bottom, to.bytes);
  return kept;
}

// `kept` is null on a stack that is entered for the first time. Puts the bounds of the stack that was left into `from`.
inline void enter_stack(void* kept, StackBounds& from) {
  __sanitizer_finish_switch_fiber(kept, &from.bottom, &from.bytes);
}

#else

inline void* leave_stack(const StackBounds&, bool = false) { return nullptr; }
inline void enter_stack(void*, StackBounds&) {}

#endif

}  // namespace straylane
