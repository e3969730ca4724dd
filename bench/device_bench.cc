#include "bench/device_bench.h"

#include <cstring>
#include <fstream>
#include <iterator>

#include "interleave/strategy_factory.h"
#include "target/beside_program.h"

namespace straylane {
namespace {

DeviceSource source(const std::filesystem::path& folder, const std::string& name) {
  std::ifstream file(folder / name);
  return {name, {std::istreambuf_iterator<char>(file), {}}};
}

}  // namespace

Expected<std::unique_ptr<DeviceBench>> DeviceBench::open(bool with_coverage) {
  const auto folder = beside_program("host/device");
  if (folder.empty()) return make_error(ErrorCode::kUnsupported, "host/device is not beside the program");
  std::unique_ptr<DeviceBench> bench(new DeviceBench);
  DeviceCompiler compiler((folder.parent_path() / "prelude" / "cuda_prelude.cuh").string(), folder.string());
  ProgramBuilder::Options options;
  if (with_coverage) options.coverage = &bench->coverage_;
  auto builder = ProgramBuilder::make(std::move(compiler), source(folder, "kernel.cu"), source(folder, "allocator.cu"),
                                      bench->device_sites_, options);
  if (!builder) return make_error(ErrorCode::kInternal, builder.error());
  bench->builder_ = std::move(*builder);
  return bench;
}

Expected<DeviceProgram*> DeviceBench::build(std::int64_t buffer_size) {
  const auto program = builder_->build(buffer_size);
  if (!program) return make_error(ErrorCode::kInternal, program.error());
  return *program;
}

Expected<void> DeviceBench::launch(DeviceProgram& program, const Settings& settings, const Schedule& schedule) {
  const auto strategy = make_strategy(schedule, true, nullptr, nullptr);
  runtime_.begin_case();
  runtime_.interleaver().begin(*strategy, {});
  const bool went_well = runtime_.launch(program, settings);
  runtime_.interleaver().drain();
  if (!went_well) return make_error(ErrorCode::kInternal, "a launch of the factory kernel failed");
  return {};
}

std::vector<float> DeviceBench::output() const {
  const auto& bytes = runtime_.launches().back().output;
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

}  // namespace straylane
