// Runs the entry point of fuzz_codec without an engine: fuzz_codec_replay FILE|FOLDER... Aborts if an input fails.
#include <fmt/format.h>

#include <cstdio>

#include "fuzz/input_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    const auto files = straylane::input_files(argv[i]);
    for (const auto& file : files ? *files : std::vector<std::string>{argv[i]}) {
      const auto bytes = straylane::read_input(file);
      if (!bytes) {
        fmt::print(stderr, "fuzz_codec_replay: {}\n", bytes.error().message);
        return 1;
      }
      LLVMFuzzerTestOneInput(bytes->data(), bytes->size());
      ++inputs;
    }
  }
  fmt::print("{} inputs\n", inputs);
  return inputs == 0 ? 1 : 0;
}
