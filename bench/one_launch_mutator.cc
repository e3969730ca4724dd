// Makes all inputs of straylane_bench_one_launch alike, whatever libFuzzer mutates: one launch of ten threads, of which
// 0 to 10 write, with one buffer_size and the default schedule. So the rate shows the cost that every input has.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/bytes_codec.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

constexpr std::int64_t kThreads = 10;

// Inputs by n_threads. They are made beforehand, so that making them is not measured.
std::vector<std::vector<std::uint8_t>> all_inputs() {
  std::vector<std::vector<std::uint8_t>> inputs;
  for (std::int64_t writers = 0; writers <= kThreads; ++writers) {
    Case c;
    c.calls = {FactorySettings{kThreads, 5, writers, kThreads}};
    inputs.push_back(case_to_bytes(c, factory_program().schema).value());
  }
  return inputs;
}

}  // namespace
}  // namespace straylane

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t, std::size_t size_max, unsigned seed) {
  static const auto inputs = straylane::all_inputs();
  const auto& bytes = inputs[seed % inputs.size()];
  if (bytes.size() > size_max) return 0;
  return static_cast<std::size_t>(std::copy(bytes.begin(), bytes.end(), data) - data);
}
