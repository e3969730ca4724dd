// Edge coverage for code that g++ compiles with -fsanitize-coverage=trace-pc, as counters that libFuzzer reads. Only
// clang has the instrumentation that libFuzzer wants (inline counters), and libFuzzer's own __sanitizer_cov_trace_pc
// only says so and ends. The linker puts this function in its place (--wrap). libFuzzer takes comparisons (trace-cmp)
// from g++ as they are, except those of floating point.
#include <cstddef>
#include <cstdint>

namespace {

constexpr int kCounterBits = 14;  // some of the few thousand edges collide

__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t counters[std::size_t{1} << kCounterBits];

}  // namespace

// Called at each edge. Uses distances between addresses, which do not depend on where the program was loaded.
extern "C" __attribute__((no_sanitize("address", "undefined"))) void __wrap___sanitizer_cov_trace_pc() {
  const auto here = reinterpret_cast<std::uintptr_t>(&__wrap___sanitizer_cov_trace_pc);
  const auto edge = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)) - here;
  std::uint8_t& counter = counters[(edge * 0x9e3779b97f4a7c15ULL) >> (64 - kCounterBits)];
  if (counter != UINT8_MAX) ++counter;
}

extern "C" void __sanitizer_cov_trace_cmpf(float, float) {}
extern "C" void __sanitizer_cov_trace_cmpd(double, double) {}
