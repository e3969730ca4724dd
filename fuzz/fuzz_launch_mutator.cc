// libFuzzer's hooks for mutation, which mutate the typed case (search/mutator.h). One mutation in four is libFuzzer's
// own, of bytes. It reaches what the typed ones leave out, such as the other form of a schedule.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "codec/bytes_codec.h"
#include "fuzz/launch_session.h"
#include "search/mutator.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  using namespace straylane;
  if (seed % 4 != 0) {
    const Schema& schema = LaunchSession::of_process().schema();
    const auto bytes = case_to_bytes(mutate(case_from_bytes({data, size}, schema), schema, seed), schema);
    if (bytes && bytes->size() <= size_max) return std::copy(bytes->begin(), bytes->end(), data) - data;
  }
  return LLVMFuzzerMutate(data, size, size_max);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2, std::uint8_t* out,
                                                 std::size_t out_max, unsigned seed) {
  using namespace straylane;
  const Schema& schema = LaunchSession::of_process().schema();
  const Case spliced = splice(case_from_bytes({data1, size1}, schema), case_from_bytes({data2, size2}, schema), seed);
  const auto bytes = case_to_bytes(spliced, schema);
  if (!bytes || bytes->size() > out_max) return 0;
  return std::copy(bytes->begin(), bytes->end(), out) - out;
}
