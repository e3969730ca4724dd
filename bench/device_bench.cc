#include "bench/device_bench.h"

#include <fstream>
#include <iterator>

#include "interleave/strategy_factory.h"
#include "os/beside_program.h"

namespace straylane {
namespace {

DeviceSource source(const std::filesystem::path& folder, const std::string& name) {
  std::ifstream file(folder / name);
  return {name, (folder / name).string(), {std::istreambuf_iterator<char>(file), {}}};
}

}  // namespace

Expected<std::unique_ptr<DeviceBench>> DeviceBench::open(bool with_coverage) {
  const auto folder = beside_program("host/device");
  if (folder.empty()) return make_error(ErrorCode::kUnsupported, "host/device is not beside the program");
  std::unique_ptr<DeviceBench> bench(new DeviceBench);
  DeviceCompiler compiler((folder.parent_path() / "prelude" / "cuda_prelude.cuh").string(), folder.string());
  ProgramBuilder::Options options;
  if (with_coverage) options.coverage = &bench->coverage_;
  bench->kernel_ = source(folder, "kernel.cu");
  bench->allocator_ = source(folder, "allocator.cu");
  bench->builder_ = std::make_unique<ProgramBuilder>(std::move(compiler), bench->device_sites_, options);
  return bench;
}

Expected<DeviceProgram*> DeviceBench::build(std::int64_t buffer_size) {
  if (program_) builder_->give_back(std::move(program_));
  const Define define = device_call(FactorySettings{.buffer_size = buffer_size}).define;
  ProgramUnits units;
  for (const SharedSource* source : {&kernel_, &allocator_}) {
    auto unit = builder_->unit(*source, define);
    if (!unit) return make_error(ErrorCode::kInternal, to_string(unit.error()));
    units.push_back(std::move(*unit));
  }
  auto program = builder_->acquire(std::move(units));
  if (!program) return make_error(ErrorCode::kInternal, to_string(program.error()));
  program_ = std::move(*program);
  return program_.value().get();
}

Expected<void> DeviceBench::launch(DeviceProgram& program, const FactorySettings& settings, const Schedule& schedule) {
  const auto strategy = make_strategy(schedule, true, nullptr, nullptr);
  runtime_.begin_case();
  runtime_.interleaver().begin(*strategy, {});
  const bool went_well = runtime_.launch(program, device_call(settings));
  runtime_.interleaver().drain();
  if (!went_well) return make_error(ErrorCode::kInternal, "a launch of the factory kernel failed");
  return {};
}

}  // namespace straylane
