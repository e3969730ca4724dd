// What a fuzzing engine does by itself: the rate that fuzz_host is measured against.
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }
