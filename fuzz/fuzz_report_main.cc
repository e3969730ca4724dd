// Runs the entry point of fuzz_report without an engine: fuzz_report_replay COUNT draws that many inputs, always the
// same ones. Aborts if an input fails.
#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "domain/random_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  const int count = argc == 2 ? std::atoi(argv[1]) : 0;
  for (int i = 0; i < count; ++i) {
    straylane::RandomSource random(static_cast<std::uint64_t>(i));
    std::vector<std::uint8_t> bytes(random.below(3'000));
    const std::uint64_t bound = random.one_in(2) ? 256 : 1 + random.below(64);  // small bytes: short texts, many steps
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.below(bound));
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  fmt::print("{} inputs\n", count);
  return count > 0 ? 0 : 1;
}
