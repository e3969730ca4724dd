// 50 planted failures with 20 different failing cases each give exactly 50 buckets: in the engine, over the pipe, in
// the store and on disk.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "campaign/corpus_folder.h"
#include "campaign/fuzz_campaign.h"
#include "codec/bytes_codec.h"
#include "os/folder_marker.h"
#include "program/factory/factory_program.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr int kFailures = 50;
constexpr int kCases = 20;

std::string name_of(int failure) {
  return fmt::format("fails_{}{}", static_cast<char>('a' + failure / 10), static_cast<char>('a' + failure % 10));
}

// array_size selects the function that writes past the end of the output. Whatever else differs between the cases of
// one function is not part of its bucket.
std::string kernel_text() {
  std::string functions;
  std::string calls;
  for (int i = 0; i < kFailures; ++i) {
    functions += fmt::format("__device__ void {}(float* output, int at) {{ output[at] = 1; }}\n", name_of(i));
    calls += fmt::format("    case {}: {}(output, array_size + blockDim.x); break;\n", i + 1, name_of(i));
  }
  return "#include \"kernel_abi.cuh\"\n" + functions +
         R"(extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}
extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i == 0) switch (array_size) {
)" + calls +
         R"(  }
  if (i >= n_threads) return;
  straylane_allocate(output, i);
}
)";
}

TEST(FiftyOracles, AreExactlyFiftyBuckets) {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  if (!fs::exists(here.parent_path() / "fuzz" / "fuzz_host")) GTEST_SKIP() << "no libFuzzer runtime, or no LLVM";
  const ScratchFolder folder;
  FuzzOptions options;
  options.target = "host";
  options.kernel = (folder.path() / "fifty.cu").string();
  options.folder = (folder.path() / "campaign").string();
  options.corpus = (folder.path() / "corpus").string();
  options.out = (folder.path() / "out").string();
  std::ofstream(options.kernel) << kernel_text();
  ASSERT_TRUE(claim_folder(options.corpus, FolderKind::kCorpus));
  CorpusFolder corpus(options.corpus);
  for (int i = 0; i < kFailures; ++i) {
    for (int j = 0; j < kCases; ++j) {
      Case c;
      c.calls = {{i + 1, 5, 0, j + 1}};
      const auto bytes = case_to_bytes(c, factory_program().schema).value();
      ASSERT_TRUE(corpus.add({bytes.begin(), bytes.end()}).value());
    }
  }
  options.stop_after = 0;
  options.time_s = 0;
  options.jobs = 2;
  options.runs_max = kFailures * kCases + 1;
  const auto report = fuzz_campaign(options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files_read, static_cast<std::uint64_t>(kFailures * kCases));
  EXPECT_EQ(report->buckets.size(), static_cast<std::size_t>(kFailures));
  for (const BucketRecord& record : report->buckets) {
    EXPECT_GE(record.count, static_cast<std::uint64_t>(kCases)) << record.bucket;
    EXPECT_TRUE(fs::exists(fs::path(options.folder) / "buckets" / record.bucket / ("first-" + record.first)));
  }
}

}  // namespace
}  // namespace straylane
