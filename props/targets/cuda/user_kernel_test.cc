// A user's kernel on target cuda (docs/kernels.md). The toolkit of this machine builds it, and the stand-in driver
// launches it. The stand-in does what the factory kernel would do, whatever it is given.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "os/files.h"
#include "props/targets/cuda/cuda_fixture.h"
#include "run/run_case.h"
#include "targets/device_target.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInclude = "#include \"kernel_abi.cuh\"\n";
constexpr const char* kBody =
    "extern \"C\" __device__ void straylane_kernel_body(float* buffer, float* output, int i) { output[i] = 1; }\n";
constexpr const char* kKernel =
    "extern \"C\" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {\n"
    "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  if (i < n_threads) straylane_allocate(output, i);\n}\n";
constexpr const char* kAllocator =
    "extern \"C\" __device__ void straylane_allocate(float* output, int i) {\n"
    "  float buffer[BUFFER_SIZE];\n  straylane_kernel_body(buffer, output, i);\n}\n";

class CudaUserKernel : public testing::Test {
 protected:
  void SetUp() override {
    if (!toolkit()) GTEST_SKIP() << toolkit().error().message;
  }
  std::string write(const std::string& name, const std::string& text) const {
    const fs::path path = folder_.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  static Expected<std::unique_ptr<Target>> open(const std::string& file, const std::string& planted = "") {
    const fs::path worker = cuda_worker_program();
    return open_cuda_target_in(worker.parent_path().string(),
                               {{"LD_LIBRARY_PATH", STRAYLANE_STAND_IN_FOLDER}, {"STRAYLANE_STAND_IN", planted}},
                               {.kernel = file});
  }
  // The message for a file that cannot be built.
  std::string refusal(const std::string& text) const {
    const auto target = open(write("my.cu", text));
    if (target) return "";
    EXPECT_EQ(target.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(target.error().message.find('\n'), std::string::npos) << target.error().message;
    return target.error().message;
  }
  static RunResult run(Target& target, std::int64_t buffer_size = 5) {
    Case c;
    c.target = "cuda";
    c.calls = {FactorySettings{.buffer_size = buffer_size}};
    auto result = run_case(target, c, {});
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }

  TemporaryFolder folder_;
};

TEST_F(CudaUserKernel, OnePartOrBothOrAKernelWithoutAnAllocatorAreLaunched) {
  const std::string alone =
      "extern \"C\" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {\n"
      "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  if (i < n_threads) output[i] = 1;\n}\n";
  for (const std::string& text :
       {std::string(kBody) + kKernel, std::string(kAllocator), std::string(kBody) + kKernel + kAllocator, alone}) {
    const auto target = open(write("my.cu", kInclude + text));
    ASSERT_TRUE(target) << target.error().message << "\n" << text;
    ASSERT_TRUE((*target)->info().kernel);
    EXPECT_EQ((*target)->info().kernel->program, "my.cu");
    const RunResult result = run(**target);
    EXPECT_EQ(result.verdict.kind, VerdictKind::kPass) << text;
    EXPECT_EQ(result.recorded.program, "my.cu");
  }
}

TEST_F(CudaUserKernel, WhatCannotBeBuiltIsOneLineWithThePlace) {
  EXPECT_EQ(refusal(std::string(kInclude) + "__device__ float f() {\n  return bufer;\n}\n"),
            "my.cu:3:10: identifier \"bufer\" is undefined");
  EXPECT_EQ(refusal("__device__ float f() { return 1; }\n"),
            "my.cu: defines neither straylane_kernel nor straylane_allocate (see docs/kernels.md)");
  const std::string must = " is not as the contract has it: must be extern \"C\" ";
  EXPECT_EQ(refusal("__global__ void straylane_kernel(float* output, int array_size, int n_threads) {}\n")
                .find("my.cu: straylane_kernel" + must + "__global__"),
            0U);
  EXPECT_EQ(refusal("extern \"C\" __global__ void straylane_kernel(float* output, int array_size) {}\n")
                .find("my.cu: straylane_kernel" + must),
            0U);
  EXPECT_EQ(refusal("extern \"C\" __device__ void straylane_kernel(float* output, int array_size, int n_threads) {}\n")
                .find("my.cu: straylane_kernel" + must),
            0U);
  EXPECT_EQ(refusal("extern \"C\" __device__ int straylane_allocate(float* output, int i) { return i; }\n")
                .find("my.cu: straylane_allocate" + must),
            0U);
  const std::string unresolved =
      refusal(std::string(kInclude) + "__device__ float helper(float);\n" +
              "extern \"C\" __device__ void straylane_allocate(float* output, int i) {\n"
              "  float b[BUFFER_SIZE]; b[0] = helper(1);\n  straylane_kernel_body(b, output, "
              "i);\n}\n");
  EXPECT_NE(unresolved.find("helper"), std::string::npos) << unresolved;
  const std::string duplicate = refusal(std::string(kInclude) + kBody + kAllocator);  // and so does our kernel.cu
  EXPECT_NE(duplicate.find("straylane_kernel_body"), std::string::npos) << duplicate;
}

TEST_F(CudaUserKernel, BufferSizeIsGivenToTheKernelTooAndABuildThatFailsForOneIsAFinding) {
  const std::string path =
      write("my.cu", std::string(kInclude) + "static_assert(BUFFER_SIZE != 13, \"not 13\");\n" + kBody + kKernel);
  for (const char* planted : {"", "no-device"}) {
    const auto target = open(path, planted);
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(run(**target, 12).verdict.kind, *planted == '\0' ? VerdictKind::kPass : VerdictKind::kUnsupported);
    const RunResult failed = run(**target, 13);
    ASSERT_EQ(failed.verdict.kind, VerdictKind::kFail);
    EXPECT_EQ(failed.verdict.failure->exception_type, "CompileError");
    EXPECT_NE(failed.verdict.failure->message.find("my.cu:2:"), std::string::npos) << failed.verdict.failure->message;
  }
}

TEST_F(CudaUserKernel, WhatItIncludesFromItsFolderIsFoundAndKept) {
  write("parts/value.cuh", "#include \"deeper.cuh\"\n");
  write("parts/deeper.cuh", "#define VALUE 1\n");
  const std::string path =
      write("my.cu", std::string(kInclude) + "#include \"parts/value.cuh\"\nstatic_assert(VALUE == 1);\n" + kAllocator);
  const auto target = open(path);
  ASSERT_TRUE(target) << target.error().message;
  std::vector<std::string> names;
  for (const auto& [name, text] : (*target)->info().kernel->files) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"my.cu", "parts/deeper.cuh", "parts/value.cuh"}));
}

TEST_F(CudaUserKernel, AFileThatIsNoneIsAUsageError) {
  for (const std::string& path : {std::string("/nonexistent/my.cu"), folder_.path().string(), write("my.txt", "")}) {
    const auto target = open(path);
    ASSERT_FALSE(target) << path;
    EXPECT_EQ(target.error().code, ErrorCode::kUsage);
    EXPECT_EQ(target.error().message.find(path), 0U) << target.error().message;
  }
}

// The examples for target host are CUDA C++ for NVRTC as well.
TEST_F(CudaUserKernel, TheExamplesOfTheDocumentationBuild) {
  std::size_t built = 0;
  for (const auto& entry : fs::directory_iterator(STRAYLANE_SOURCE_DIR "/docs/examples")) {
    if (entry.path().extension() != ".cu") continue;
    const auto target = open(entry.path().string(), "no-device");
    ASSERT_TRUE(target) << target.error().message;
    ++built;
  }
  EXPECT_GE(built, 5U);
}

}  // namespace
}  // namespace straylane
