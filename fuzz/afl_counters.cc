// Gives AFL++ the counters that libFuzzer gets. AFL++ reads a map of 65,536 counters in shared memory, in which code
// from its own compilers counts. (AFL++ 4.04, instrumentation/afl-compiler-rt.o.c, has the names and their meaning.)
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/engine_hooks.h"

extern "C" {
extern std::uint8_t* __afl_area_ptr;
extern std::uint32_t __afl_map_size;
// Defined by the linker: the bounds of the section that libFuzzer reads.
extern std::uint8_t __start___libfuzzer_extra_counters[];
extern std::uint8_t __stop___libfuzzer_extra_counters[];
}

namespace {

std::vector<std::span<std::uint8_t>> registered;

// Moves `counters` into the map from `at` on. Returns where the next ones go. The map's first byte is AFL++'s own.
std::size_t move_to_map(std::span<std::uint8_t> counters, std::size_t at) {
  const std::size_t room =
      std::min<std::size_t>(counters.size(), __afl_map_size - std::min<std::size_t>(at, __afl_map_size));
  std::copy_n(counters.begin(), room, __afl_area_ptr + at);
  std::fill(counters.begin(), counters.end(), std::uint8_t{0});
  return at + room;
}

}  // namespace

extern "C" {

void __sanitizer_cov_8bit_counters_init(std::uint8_t* begin, std::uint8_t* end) { registered.push_back({begin, end}); }

void __sanitizer_cov_pcs_init(const std::uintptr_t*, const std::uintptr_t*) {}  // libFuzzer only

}  // extern "C"

namespace straylane {

void hand_over_counters() {
  const std::size_t next = move_to_map({__start___libfuzzer_extra_counters, __stop___libfuzzer_extra_counters}, 1);
  // The counters that are registered first are at the beginning of the array that holds all of them. So a counter has
  // the same place in every process.
  for (const auto counters : registered) {
    move_to_map(counters, next + static_cast<std::size_t>(counters.data() - registered.front().data()));
  }
}

}  // namespace straylane
