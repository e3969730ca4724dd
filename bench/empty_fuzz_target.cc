// A fuzz target that does nothing. Its rate is the engine's own, and fuzz_host is compared with it.
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }
