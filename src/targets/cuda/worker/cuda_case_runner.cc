#include "targets/cuda/worker/cuda_case_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "program/factory/factory_program.h"
#include "program/factory/kernel_parts.h"
#include "program/programs.h"
#include "targets/cuda/worker/gpu_launch.h"
#include "targets/cuda/worker/user_kernel.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// What is built for where there is no GPU: Turing, Ampere, Hopper.
constexpr int kArchsWithoutGpu[] = {75, 80, 90};

std::string read(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The planted source of that name, or else the factory's.
CudaSource source(const fs::path& folder, const std::string& planted, const char* ours) {
  const fs::path path = folder / "planted" / planted;
  if (fs::exists(path)) return {planted, read(path)};
  return {ours, read(folder / "device" / ours)};
}

bool supports(const std::vector<int>& archs, int arch) {
  return std::find(archs.begin(), archs.end(), arch) != archs.end();
}

}  // namespace

std::string CudaCaseRunner::open_gpu() {
  auto driver = Driver::open();
  if (!driver) return driver.error().message;
  const auto gpu = find_gpu(*driver);
  if (!gpu) return gpu.error().message;
  if (driver->version() / 1000 < toolkit_->nvrtc_version().first) {
    return fmt::format("{} does not load what NVRTC {}.{} builds: it must be one for CUDA {} or later",
                       driver->describe(), toolkit_->nvrtc_version().first, toolkit_->nvrtc_version().second,
                       toolkit_->nvrtc_version().first);
  }
  if (!supports(toolkit_->archs(), gpu->arch)) {
    return fmt::format("{} does not build for sm_{}, which is what {} is", toolkit_->describe(), gpu->arch, gpu->name);
  }
  driver_ = std::move(*driver);
  auto context = CudaContext::retain(*driver_, gpu->device);
  if (!context) return context.error().message;
  gpu_ = *gpu;
  context_ = std::move(*context);
  return {};
}

worker_protocol::Hello CudaCaseRunner::start(const std::string& folder, const std::string& program,
                                             const std::string& user_file) {
  worker_protocol::Hello hello;
  hello.schema = program_named(program).schema;
  auto toolkit = Toolkit::open();
  if (!toolkit) {
    hello.error = toolkit.error().message;
    return hello;
  }
  toolkit_ = std::move(*toolkit);
  CudaProgram sources;
  try {
    const std::string planted = user_file.empty() ? program : factory_program().name;
    sources = {{"kernel_abi.cuh", read(fs::path(folder) / "device" / "kernel_abi.cuh")},
               source(folder, planted + ".cu", "kernel.cu"),
               source(folder, planted + "_allocator.cu", "allocator.cu")};
  } catch (const std::exception& error) {
    hello.error = error.what();
    return hello;
  }
  if (program != factory_program().name && user_file.empty() && sources.kernel.name == "kernel.cu" &&
      sources.allocator.name == "allocator.cu") {
    hello.error = fmt::format("there is no program \"{}\" for target cuda", program);
    return hello;
  }
  cannot_launch_ = open_gpu();
  if (context_) {
    archs_ = {gpu_.arch};
  } else {
    std::copy_if(std::begin(kArchsWithoutGpu), std::end(kArchsWithoutGpu), std::back_inserter(archs_),
                 [this](int arch) { return supports(toolkit_->archs(), arch); });
  }
  if (!user_file.empty() && !take_user_kernel(user_file, program, sources, hello)) return hello;
  builder_ = std::make_unique<CubinBuilder>(*toolkit_, std::move(sources));
  // What cannot be built at all is said now, not in the middle of a search.
  if (!user_file.empty() && !archs_.empty()) {
    if (const auto built = builder_->build(archs_.front(), usual_define()); !built) {
      hello.error = built.error().message;
      hello.program_is_wrong = true;
      return hello;
    }
  }
  const std::string gpu =
      context_ ? fmt::format("{}, {} (sm_{})", driver_->describe(), gpu_.name, gpu_.arch) : "no GPU";
  hello.system = {"", fmt::format("{}, {}", toolkit_->describe(), gpu), toolkit_->nvrtc_path()};
  hello.cannot_launch = cannot_launch_;
  for (const int arch : archs_) hello.builds_for.push_back(fmt::format("sm_{}", arch));
  return hello;
}

bool CudaCaseRunner::take_user_kernel(const std::string& path, const std::string& name, CudaProgram& sources,
                                      worker_protocol::Hello& hello) const {
  try {
    const CudaSource user{name, read(path), fs::absolute(path).parent_path().string()};
    const int arch = archs_.empty() ? kArchsWithoutGpu[0] : archs_.front();
    auto program = with_parts_of(user, std::move(sources), *toolkit_, arch);
    if (program) sources = std::move(*program);
    if (!program) hello.error = program.error().message;
    hello.program_is_wrong = !program;
    hello.files = own_files(path, name);
  } catch (const std::exception& error) {
    hello.error = error.what();
  }
  return hello.error.empty();
}

worker_protocol::WireRun CudaCaseRunner::run(const Case& c) {
  worker_protocol::WireRun run;
  const std::uint32_t made = builder_->made();
  const std::uint32_t failed = builder_->failed();
  run.not_launched = cannot_launch_;
  for (std::uint32_t i = 0; i < c.calls.size(); ++i) {
    Launch launch = build_and_launch(i, device_call(c.calls[i]), run);
    const bool raised = launch.raised.has_value();
    if (raised || run.not_launched.empty()) run.launches.push_back(std::move(launch));
    if (raised || (context_ && !run.not_launched.empty())) break;
  }
  run.builds = builder_->made() - made;
  run.builds_failed = builder_->failed() - failed;
  return run;
}

CudaCaseRunner::Launch CudaCaseRunner::build_and_launch(std::uint32_t number, const DeviceCall& call,
                                                        worker_protocol::WireRun& run) {
  Launch launch{.call = number, .kernel = kKernelName, .grid = {call.grid}, .block = {call.block}};
  std::shared_ptr<const Cubin> cubin;
  std::vector<std::string> failed_for;
  for (const int arch : archs_) {
    auto built = builder_->build(arch, call.define);
    if (built) cubin = std::move(*built);
    if (built) continue;
    failed_for.push_back(fmt::format("sm_{}", arch));
    if (!launch.raised) launch.raised = to_exception(built.error());
  }
  // What is wrong everywhere is the same finding on every machine.
  if (launch.raised && failed_for.size() < archs_.size()) {
    launch.raised->message += fmt::format(" [{} only]", fmt::join(failed_for, ", "));
  }
  if (launch.raised || !context_) return launch;
  auto launched = launch_on_gpu(*driver_, *cubin, call);
  if (!launched) {
    // An error of a kernel stays with its context, and a context that ran out of memory may be short of more.
    run.dirty = true;
    if (launched.error().code == driver_api::kOutOfMemory) {
      run.not_launched = launched.error().message;
    } else {
      launch.raised = ThrownException{"CudaError", launched.error().message, ""};
    }
    return launch;
  }
  const auto* output = reinterpret_cast<const std::uint8_t*>(launched->output.data());
  run.outputs.push_back({.call = number,
                         .name = kOutputName,
                         .shape = {call.length},
                         .bytes = {output, output + launched->output.size() * sizeof(float)}});
  if (launched->stray_write) launch.raised = ThrownException{"OutOfBounds", *launched->stray_write, ""};
  return launch;
}

}  // namespace straylane
