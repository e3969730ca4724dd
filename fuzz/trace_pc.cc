// Edge coverage for code that g++ compiles with -fsanitize-coverage=trace-pc, as counters that libFuzzer reads: its own
// instrumentation (inline counters) is clang's alone, and its __sanitizer_cov_trace_pc only says so and ends. The
// linker puts this in its place (--wrap). Comparisons (trace-cmp) libFuzzer takes from g++ as they are, but for
// floating point.
#include <cstddef>
#include <cstdint>

namespace {

constexpr int kCounterBits = 14;  // some edges collide: a few thousand are there

__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t counters[std::size_t{1} << kCounterBits];

}  // namespace

// Called at each edge. Addresses differ by where the program was loaded; differences of addresses do not.
extern "C" __attribute__((no_sanitize("address", "undefined"))) void __wrap___sanitizer_cov_trace_pc() {
  const auto here = reinterpret_cast<std::uintptr_t>(&__wrap___sanitizer_cov_trace_pc);
  const auto edge = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)) - here;
  std::uint8_t& counter = counters[(edge * 0x9e3779b97f4a7c15ULL) >> (64 - kCounterBits)];
  if (counter != UINT8_MAX) ++counter;
}

extern "C" void __sanitizer_cov_trace_cmpf(float, float) {}
extern "C" void __sanitizer_cov_trace_cmpd(double, double) {}
