// Edge coverage for code that g++ compiles with -fsanitize-coverage=trace-pc, as counters that libFuzzer reads: its own
// instrumentation (inline counters) is clang's alone. Comparisons (trace-cmp) it takes from g++ as they are.
#include <cstddef>
#include <cstdint>

namespace {

constexpr std::size_t kCounters = std::size_t{1} << 14;  // some collide: a few thousand edges are there

__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t counters[kCounters];

}  // namespace

// Called at each edge. Addresses differ by where the program was loaded; the hash leaves out what that changes.
extern "C" __attribute__((no_sanitize("address", "undefined"))) void __sanitizer_cov_trace_pc() {
  const auto base = reinterpret_cast<std::uintptr_t>(&__sanitizer_cov_trace_pc);
  const auto edge = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)) - base;
  std::uint8_t& counter = counters[(edge * 0x9e3779b97f4a7c15ULL) >> (64 - 14)];
  if (counter != UINT8_MAX) ++counter;
}
