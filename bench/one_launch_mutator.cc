// The inputs of straylane_bench_one_launch, whatever libFuzzer makes them from: one launch of ten threads, of which 0 to 10
// write, of one buffer_size and under the default schedule. What is left to measure is what every input costs.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "codec/bytes_codec.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t, std::size_t size_max, unsigned seed) {
  using namespace straylane;
  Case c;
  c.launches = {{10, 5, seed % 11, 10}};
  const auto bytes = case_to_bytes(c);
  if (!bytes || bytes->size() > size_max) return 0;
  return static_cast<std::size_t>(std::copy(bytes->begin(), bytes->end(), data) - data);
}
