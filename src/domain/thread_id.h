#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace straylane {

// A simulated thread: `m`, the launching thread, or `L:i`, linear thread i (0-based, over all blocks of the grid) of
// launches[L]. The order is that of the default rule: L:i ascending, m last.
struct ThreadId {
  static constexpr std::int32_t kMain = INT32_MAX;

  std::int32_t launch = kMain;
  std::int32_t index = kMain;

  static constexpr ThreadId main() { return {}; }
  constexpr bool is_main() const { return launch == kMain; }
  auto operator<=>(const ThreadId&) const = default;
};

// "m" or "L:i".
std::string to_string(ThreadId thread);
Expected<ThreadId> parse_thread_id(std::string_view text);

}  // namespace straylane
