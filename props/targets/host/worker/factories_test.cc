// The factories: what they build, what they refuse and why, and that their programs share no variable.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "interleave/strategy_factory.h"
#include "program/factory/device_call.h"
#include "targets/host/worker/kernel_factory.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

const fs::path kSources = fs::path(STRAYLANE_SOURCE_DIR) / "src";

constexpr const char* kBody = R"(
extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}
)";
constexpr const char* kKernel = R"(
extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n_threads) straylane_allocate(output, i);
}
)";
constexpr const char* kInclude = "#include \"kernel_abi.cuh\"\n";

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Define size(std::int64_t buffer_size) { return device_call(FactorySettings{.buffer_size = buffer_size}).define; }

DeviceSource source(const std::string& text, const std::string& name = "user.cu") { return {name, name, text}; }

// The device runtime is one per process.
struct Worker {
  SiteTable table;
  DeviceSites sites{table};
  DeviceRuntime runtime{table};
  ProgramBuilder builder{DeviceCompiler((kSources / "targets/host/prelude/cuda_prelude.cuh").string(),
                                        (kSources / "program/factory/device").string()),
                         sites,
                         {}};

  DeviceSource ours(const char* name) const {
    return source(text_of(kSources / "program/factory/device" / name), name);
  }
  AllocatorFactory allocator(std::int64_t buffer_size) { return {builder, ours("allocator.cu"), size(buffer_size)}; }
  KernelFactory kernel(std::int64_t buffer_size) { return {builder, ours("kernel.cu"), allocator(buffer_size)}; }
  KernelFactory kernel(const std::string& text, std::int64_t buffer_size = 5) {
    return {builder, source(text), allocator(buffer_size)};
  }

  std::vector<float> launch(Kernel& kernel, const FactorySettings& settings) {
    const Schedule by_default;
    const auto strategy = make_strategy(by_default, false, {}, {});
    runtime.begin_case();
    runtime.interleaver().begin(*strategy, {});
    kernel.launch(runtime, device_call(settings));
    runtime.interleaver().drain();
    const Output& output = runtime.outputs().at(0);
    std::vector<float> values;
    for (std::size_t i = 0; i < output.count(); ++i) values.push_back(output.at<float>(i));
    return values;
  }
};

std::vector<float> expected_output(const FactorySettings& s) {
  std::vector<float> output(static_cast<std::size_t>(s.array_size), 0.0F);
  std::fill_n(output.begin(), s.n_threads, 1.0F);
  return output;
}

template <class Error, class Value>
Error error_of(const tl::expected<Value, BuildError>& built) {
  if (built) throw std::runtime_error("was built");
  const auto* error = std::get_if<Error>(&built.error());
  if (error == nullptr) throw std::runtime_error("another kind of error: " + to_string(built.error()));
  return *error;
}

TEST(Factories, BuildAKernelThatLaunches) {
  Worker worker;
  auto kernel = worker.kernel(5).build();
  ASSERT_TRUE(kernel) << to_string(kernel.error());
  EXPECT_EQ(worker.launch(*kernel, {}), expected_output({}));
}

TEST(Factories, AnAllocatorIsAUnitOfItsOwn) {
  Worker worker;
  const auto allocator = worker.allocator(5).build();
  ASSERT_TRUE(allocator);
  EXPECT_TRUE((*allocator)->has_allocator);
  EXPECT_FALSE((*allocator)->has_kernel);
  EXPECT_EQ((*allocator)->needs, (DeviceUnit::Symbols{kBodySymbol}));
}

TEST(Factories, DiagnosticsHaveTheLinesOfTheSource) {
  Worker worker;
  const auto error = error_of<CompileError>(
      worker
          .kernel(std::string(kInclude) +
                  "\n__device__ int f() { return no_such_name; }\n__device__ void g() { host(); }\n")
          .build());
  EXPECT_EQ(error.diagnostics,
            (std::vector<Diagnostic>{{"user.cu", 3, 29, "use of undeclared identifier 'no_such_name'"},
                                     {"user.cu", 4, 23, "use of undeclared identifier 'host'"}}));
  EXPECT_EQ(to_string(BuildError(error)).substr(0, 13), "user.cu:3:29:");
}

TEST(Factories, AHeaderThatIsNotThereIsADiagnostic) {
  Worker worker;
  const auto error = error_of<CompileError>(worker.kernel("#include \"nowhere.cuh\"\n").build());
  ASSERT_EQ(error.diagnostics.size(), 1U);
  EXPECT_EQ(error.diagnostics[0].line, 1U);
  EXPECT_EQ(error.diagnostics[0].message, "'nowhere.cuh' file not found");
}

TEST(Factories, UnresolvedSymbolsAreNamed) {
  Worker worker;
  const std::string helper =
      "__device__ float helper(float);\nextern \"C\" __device__ void straylane_kernel_body(float* "
      "b, float* o, int i) { o[i] = helper(1); }\n";
  const std::pair<std::string, std::string> cases[] = {
      {std::string(kInclude) + helper + kKernel, "helper(float)"},
      {std::string(kInclude) + kKernel, kBodySymbol},  // needed by our allocator
      {std::string(kInclude) + kBody, kKernelSymbol}};
  for (const auto& [text, symbol] : cases) {
    const auto error = error_of<LinkError>(worker.kernel(text).build());
    EXPECT_EQ(error.kind, LinkError::Kind::kUnresolvedSymbol) << text;
    EXPECT_EQ(error.symbol, symbol);
  }
  const auto error = error_of<LinkError>(AllocatorFactory{worker.builder, source(kBody), size(5)}.build());
  EXPECT_EQ(error.symbol, kAllocatorSymbol);
}

// Only code generation needs the symbol.
TEST(Factories, AMathFunctionThatNobodyHasIsUnresolved) {
  Worker worker;
  const std::string text = std::string(kInclude) + kKernel +
                           "extern \"C\" __device__ void straylane_kernel_body(float* b, float* o, int i) { b[0] = i; "
                           "o[i] = __builtin_tanf(b[0]); }\n";
  const auto error = error_of<LinkError>(worker.kernel(text).build());
  EXPECT_EQ(error.kind, LinkError::Kind::kUnresolvedSymbol);
  EXPECT_EQ(error.symbol, "tanf");
}

TEST(Factories, DuplicateSymbolsAreNamed) {
  Worker worker;
  // The allocator's file has a body, too; the kernel's is ours.
  const std::string allocator =
      std::string(kInclude) + kBody +
      "extern \"C\" __device__ void straylane_allocate(float* o, int i) { float b[BUFFER_SIZE]; "
      "straylane_kernel_body(b, o, i); }\n";
  const auto error = error_of<LinkError>(
      KernelFactory{worker.builder, worker.ours("kernel.cu"), {worker.builder, source(allocator), size(5)}}.build());
  EXPECT_EQ(error.kind, LinkError::Kind::kDuplicateSymbol);
  EXPECT_EQ(error.symbol, kBodySymbol);
  EXPECT_EQ(error.source, "user.cu");
}

TEST(Factories, WhatIsNotAsTheContractHasItIsNamed) {
  Worker worker;
  const std::string text[] = {"extern \"C\" __global__ void straylane_kernel(float* o, int n) {}\n",
                              "extern \"C\" __global__ void straylane_kernel(float* o, long a, int n) {}\n",
                              "extern \"C\" __device__ void straylane_kernel(float* o, int a, int n) {}\n",
                              "__global__ void straylane_kernel(float* o, int a, int n) {}\n"};
  for (const std::string& t : text) {
    const auto error = error_of<LinkError>(worker.kernel(t).build());
    EXPECT_EQ(error.kind, LinkError::Kind::kWrongSignature) << t;
    EXPECT_EQ(error.symbol, kKernelSymbol);
  }
}

TEST(Factories, OneSourceMayHaveBothParts) {
  Worker worker;
  const std::string text = std::string(kInclude) + kBody + kKernel +
                           "extern \"C\" __device__ void straylane_allocate(float* o, int i) { float b[BUFFER_SIZE]; "
                           "straylane_kernel_body(b, o, i); }\n";
  for (const std::int64_t buffer_size : {1, 5, 1'000}) {
    auto kernel =
        KernelFactory{worker.builder, source(text), {worker.builder, source(text), size(buffer_size)}}.build();
    ASSERT_TRUE(kernel) << to_string(kernel.error());
    const FactorySettings settings{10, buffer_size, 7, 4};
    EXPECT_EQ(worker.launch(*kernel, settings), expected_output(settings));
  }
}

TEST(Factories, AKernelNeedNotCallAnAllocator) {
  Worker worker;
  auto kernel = worker
                    .kernel(
                        "extern \"C\" __global__ void straylane_kernel(float* o, int a, int n) { int i = blockIdx.x "
                        "* blockDim.x + threadIdx.x; if (i < n) o[i] = 1; }\n")
                    .build();
  ASSERT_TRUE(kernel) << to_string(kernel.error());
  EXPECT_EQ(worker.launch(*kernel, {}), expected_output({}));
}

TEST(Factories, ASourceIsCompiledAgainOnlyForWhatItDependsOn) {
  Worker worker;
  ASSERT_TRUE(worker.kernel(5).build());
  EXPECT_EQ(worker.builder.compilations(), 2U);
  ASSERT_TRUE(worker.kernel(5).build());
  EXPECT_EQ(worker.builder.compilations(), 2U);
  ASSERT_TRUE(worker.kernel(6).build());
  EXPECT_EQ(worker.builder.compilations(), 3U);  // the allocator alone
  const std::string sized =
      std::string(kInclude) + kBody + kKernel + "#if BUFFER_SIZE > 1000\n#error too large\n#endif\n";
  ASSERT_TRUE(worker.kernel(sized, 5).build());
  ASSERT_TRUE(worker.kernel(sized, 6).build());
  EXPECT_EQ(worker.builder.compilations(), 5U);
  EXPECT_EQ(error_of<CompileError>(worker.kernel(sized, 1'001).build()).diagnostics.at(0).message, "too large");
  ASSERT_TRUE(worker.kernel(sized + "\n", 5).build());  // another text
  EXPECT_EQ(worker.builder.compilations(), 8U);
}

TEST(Factories, TheCachesAreBounded) {
  Worker worker;
  std::vector<Kernel> alive;
  const auto many = static_cast<std::int64_t>(ProgramBuilder::Options{}.units_max + 20);
  for (std::int64_t size = 1; size <= many; ++size) {
    auto kernel = worker.kernel(size).build();
    ASSERT_TRUE(kernel);
    alive.push_back(std::move(*kernel));
  }
  EXPECT_EQ(worker.builder.units_kept(), ProgramBuilder::Options{}.units_max);
  EXPECT_EQ(worker.builder.programs_idle(), 0U);
  EXPECT_EQ(worker.launch(alive[0], {10, 1, 7, 32}), expected_output({10, 1, 7, 32}));  // its unit has been forgotten
  alive.clear();
  EXPECT_EQ(worker.builder.programs_idle(), ProgramBuilder::Options{}.idle_programs_max);
}

// Each thread takes a number from a counter in global memory. A thread that finds it used writes elsewhere.
std::string counting_kernel() {
  return std::string(kInclude) + kBody +
         "__device__ int taken;\nextern \"C\" __global__ void straylane_kernel(float* o, int a, int n) { int i = "
         "blockIdx.x "
         "* blockDim.x + threadIdx.x; if (i < n) { int mine = atomicAdd(&taken, 1); if (mine < a) "
         "straylane_allocate(o, "
         "mine); } }\n";
}

int counter_of(DeviceProgram& program) {
  for (const Buffer& buffer : program.buffers()) {
    if (std::string(buffer.name) != "taken") continue;
    int value = 0;
    std::memcpy(&value, buffer.begin, sizeof value);
    return value;
  }
  throw std::runtime_error("no counter");
}

// Without a Kernel, because a launch puts variables back and would hide the mistake.
TEST(Factories, ProgramsInUseAreNeverTheSameAndStartFresh) {
  Worker worker;
  const auto unit = worker.builder.unit(source(counting_kernel()), size(5));
  const auto allocator = worker.allocator(5).build();
  ASSERT_TRUE(unit && allocator);
  const ProgramUnits units = {*unit, *allocator};
  auto one = worker.builder.acquire(units);
  auto other = worker.builder.acquire(units);
  ASSERT_TRUE(one && other);
  ASSERT_NE(one->value(), other->value());
  const auto run = [&](DeviceProgram& program) {
    const Schedule by_default;
    const auto strategy = make_strategy(by_default, false, {}, {});
    worker.runtime.begin_case();
    worker.runtime.interleaver().begin(*strategy, {});
    worker.runtime.launch(program, device_call(FactorySettings{}));
    worker.runtime.interleaver().drain();
  };
  run(*one->value());
  EXPECT_EQ(counter_of(*one->value()), 7);
  EXPECT_EQ(counter_of(*other->value()), 0);
  const DeviceProgram* used = one->value().get();
  worker.builder.give_back(std::move(*one));
  auto again = worker.builder.acquire(units);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->value().get(), used);
  EXPECT_EQ(counter_of(*again->value()), 0);
}

RC_GTEST_PROP(Factories, WhateverIsBuiltAndLaunchedInWhateverOrderEachGivesWhatItGivesAlone, ()) {
  static Worker worker;
  struct Made {
    FactorySettings settings;
    Kernel kernel;
  };
  std::vector<Made> made;
  const auto steps = *rc::gen::inRange(1, 12);
  for (int i = 0; i < steps; ++i) {
    FactorySettings s;
    s.array_size = *rc::gen::inRange(1, 40);
    s.buffer_size = *rc::gen::inRange(1, 4);
    s.n_threads = *rc::gen::inRange(0, static_cast<int>(s.array_size) + 1);
    s.block_size = *rc::gen::inRange(1, 20);
    auto kernel = *rc::gen::arbitrary<bool>() ? worker.kernel(counting_kernel(), s.buffer_size).build()
                                              : worker.kernel(s.buffer_size).build();
    RC_ASSERT(kernel.has_value());
    made.push_back({s, std::move(*kernel)});
    auto& any = made[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(made.size())))];
    RC_ASSERT(worker.launch(any.kernel, any.settings) == expected_output(any.settings));
  }
  while (!made.empty()) {
    RC_ASSERT(worker.launch(made.back().kernel, made.back().settings) == expected_output(made.back().settings));
    made.pop_back();
  }
}

}  // namespace
}  // namespace straylane
