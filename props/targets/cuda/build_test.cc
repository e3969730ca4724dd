// The build half, with the toolkit of this machine. Needs no GPU.

#include <gtest/gtest.h>

#include <filesystem>

#include "props/targets/cuda/cuda_fixture.h"

namespace straylane {
namespace {

using Kind = BuildError::Kind;

Define size(std::int64_t buffer_size) { return device_call(FactorySettings{.buffer_size = buffer_size}).define; }

class CudaBuild : public testing::Test {
 protected:
  void SetUp() override {
    if (!toolkit()) GTEST_SKIP() << toolkit().error().message;
    program_ = factory_sources();
  }
  LtoIr compiled(const CudaSource& source, int arch, const std::optional<Define>& define) const {
    auto lto_ir = compile_lto_ir(*toolkit(), source, program_.header, arch, define);
    if (!lto_ir) throw std::runtime_error(lto_ir.error().message);
    return std::move(*lto_ir);
  }
  Kind link_error(const std::vector<LinkInput>& parts) const {
    const auto cubin = link_cubin(*toolkit(), parts, 80);
    if (cubin) throw std::runtime_error("it links");
    EXPECT_EQ(cubin.error().message.find('\n'), std::string::npos);
    return cubin.error().kind;
  }

  CudaProgram program_;
};

TEST_F(CudaBuild, TheFactorySourcesBuildForEveryArchitectureWithoutAnEdit) {
  CubinBuilder builder(*toolkit(), program_);
  for (const int arch : {75, 80, 90}) {
    for (const std::int64_t buffer_size : {std::int64_t{1}, std::int64_t{5}, kBufferSizeMax}) {
      const auto cubin = builder.build(arch, size(buffer_size));
      ASSERT_TRUE(cubin) << cubin.error().message;
      const std::string text((*cubin)->begin(), (*cubin)->end());
      EXPECT_EQ(text.substr(0, 4),
                "\x7f"
                "ELF");
      EXPECT_NE(text.find("straylane_kernel"), std::string::npos);
    }
  }
  EXPECT_EQ(builder.made(), 9U);
  EXPECT_EQ(builder.failed(), 0U);
}

// A program that fails at run time on target host is still valid CUDA C++.
TEST_F(CudaBuild, ThePlantedProgramsOfTargetHostCompileButTheBrokenOne) {
  std::vector<std::string> failed;
  std::size_t compiled_sources = 0;
  for (const auto& entry : std::filesystem::directory_iterator(STRAYLANE_SOURCE_DIR "/corpus/planted/host")) {
    if (entry.path().extension() != ".cu") continue;
    const CudaSource source{entry.path().filename(), text_of(entry.path())};
    const auto lto_ir = compile_lto_ir(*toolkit(), source, program_.header, 80, size(5));
    if (!lto_ir) failed.push_back(lto_ir.error().message);
    ++compiled_sources;
  }
  EXPECT_GT(compiled_sources, 10U);
  ASSERT_EQ(failed.size(), 1U) << failed[0];
  EXPECT_NE(failed[0].find("broken.cu:4:"), std::string::npos) << failed[0];
}

TEST_F(CudaBuild, ABuildIsKeptByArchitectureAndBufferSizeAndOnlySoMany) {
  CubinBuilder builder(*toolkit(), program_);
  const auto first = *builder.build(80, size(1));
  EXPECT_EQ(*builder.build(80, size(1)), first);
  EXPECT_NE(*builder.build(75, size(1)), first);
  EXPECT_EQ(builder.made(), 2U);
  for (std::int64_t n = 2; n <= static_cast<std::int64_t>(CubinBuilder::kCubinsMax); ++n)
    ASSERT_TRUE(builder.build(80, size(n)));
  const std::uint32_t made = builder.made();
  EXPECT_NE(*builder.build(80, size(1)), first);  // gone, and built again
  EXPECT_EQ(builder.made(), made + 1);
  EXPECT_FALSE(first->empty());  // a shared cubin stays valid for its holder
}

TEST_F(CudaBuild, ASourceThatDoesNotCompileHasItsOwnLineAndColumn) {
  program_.kernel.text =
      "#include \"kernel_abi.cuh\"\n\nextern \"C\" __device__ void straylane_kernel_body(float* buffer,\n"
      "    float* output, int i) {\n\toutput[i] = bufer[0];\n}\n";
  CubinBuilder builder(*toolkit(), program_);
  const auto cubin = builder.build(80, size(5));
  ASSERT_FALSE(cubin);
  EXPECT_EQ(cubin.error().kind, Kind::kCompile);
  EXPECT_EQ(cubin.error().diagnostics,
            (std::vector<SourceDiagnostic>{{"kernel.cu", 5, 14, "identifier \"bufer\" is undefined"}}));
  EXPECT_EQ(cubin.error().message, "kernel.cu:5:14: identifier \"bufer\" is undefined");
  EXPECT_EQ(builder.failed(), 1U);
}

TEST_F(CudaBuild, LinkErrorsAreToldApart) {
  const LtoIr kernel = compiled(program_.kernel, 80, std::nullopt);
  const LtoIr allocator = compiled(program_.allocator, 80, size(5));
  const LtoIr newer = compiled(program_.allocator, 90, size(5));
  const LtoIr cut(allocator.begin(), allocator.begin() + static_cast<std::ptrdiff_t>(allocator.size() / 2));
  const LtoIr junk(100, 'x');
  EXPECT_TRUE(link_cubin(*toolkit(), {{"kernel.cu", kernel}, {"allocator.cu", allocator}}, 80));
  EXPECT_EQ(link_error({{"kernel.cu", kernel}}), Kind::kUnresolvedSymbol);
  EXPECT_EQ(link_error({{"kernel.cu", kernel}, {"one", allocator}, {"two", allocator}}), Kind::kDuplicateSymbol);
  EXPECT_EQ(link_error({{"kernel.cu", kernel}, {"cut", cut}}), Kind::kBrokenLtoIr);
  EXPECT_EQ(link_error({{"kernel.cu", kernel}, {"junk", junk}}), Kind::kNotLtoIr);
  EXPECT_EQ(link_error({{"kernel.cu", kernel}, {"newer", newer}}), Kind::kNewerArchitecture);
}

TEST_F(CudaBuild, AnArchitectureThatNvrtcDoesNotKnowIsNamed) {
  const auto lto_ir = compile_lto_ir(*toolkit(), program_.kernel, program_.header, 1, std::nullopt);
  ASSERT_FALSE(lto_ir);
  EXPECT_EQ(lto_ir.error().kind, Kind::kCompiler);
  EXPECT_NE(lto_ir.error().message.find("NVRTC_ERROR_INVALID_OPTION"), std::string::npos) << lto_ir.error().message;
}

}  // namespace
}  // namespace straylane
