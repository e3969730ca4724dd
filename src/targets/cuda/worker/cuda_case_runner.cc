#include "targets/cuda/worker/cuda_case_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "domain/kernel_source.h"
#include "os/files.h"
#include "program/factory/device_call.h"
#include "program/factory/factory_program.h"
#include "program/program.h"
#include "targets/cuda/worker/gpu.h"
#include "targets/cuda/worker/user_kernel.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// Architectures to build for if there is no GPU: Turing, Ampere, Hopper.
constexpr int kArchsWithoutGpu[] = {75, 80, 90};

std::string read(const fs::path& path) {
  auto text = read_file(path, kKernelBytesMax);
  if (!text) throw std::runtime_error("cannot read " + path.string());
  return std::move(*text);
}

// Reads the planted source of that name, or the factory's if none is planted.
CudaSource source(const fs::path& folder, const std::string& planted, const char* ours) {
  const fs::path path = folder / "planted" / planted;
  if (fs::exists(path)) return {planted, read(path)};
  return {ours, read(folder / "device" / ours)};
}

}  // namespace

std::string CudaCaseRunner::open_gpu() {
  auto driver = Driver::open();
  if (!driver) return driver.error().message;
  const auto gpu = find_gpu(*driver);
  if (!gpu) return gpu.error().message;
  if (driver->version / 1000 < toolkit_->nvrtc_version.first) {
    return fmt::format("{} does not load what NVRTC {}.{} builds: it must be one for CUDA {} or later",
                       driver->describe(), toolkit_->nvrtc_version.first, toolkit_->nvrtc_version.second,
                       toolkit_->nvrtc_version.first);
  }
  if (!std::ranges::binary_search(toolkit_->archs, gpu->arch)) {
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
  try {
    prepare(folder, program, user_file, hello);
  } catch (const std::exception& error) {
    hello.error = error.what();
  }
  return hello;
}

void CudaCaseRunner::prepare(const fs::path& folder, const std::string& program, const std::string& user_file,
                             worker_protocol::Hello& hello) {
  auto toolkit = Toolkit::open();
  if (!toolkit) throw std::runtime_error(toolkit.error().message);
  toolkit_ = std::move(*toolkit);
  const std::string planted = user_file.empty() ? program : factory_program().name;
  CudaProgram sources = {{"kernel_abi.cuh", read(folder / "device" / "kernel_abi.cuh")},
                         source(folder, planted + ".cu", "kernel.cu"),
                         source(folder, planted + "_allocator.cu", "allocator.cu")};
  const bool is_factory = sources.kernel.name == "kernel.cu" && sources.allocator.name == "allocator.cu";
  if (is_factory && planted != factory_program().name) {
    throw std::runtime_error(fmt::format("there is no program \"{}\" for target cuda", program));
  }
  cannot_launch_ = open_gpu();
  if (context_) {
    archs_ = {gpu_.arch};
  } else {
    std::ranges::copy_if(kArchsWithoutGpu, std::back_inserter(archs_),
                         [this](int arch) { return std::ranges::binary_search(toolkit_->archs, arch); });
  }
  const auto require = [&hello](const auto& built) {
    hello.program_is_wrong = !built;
    if (!built) throw std::runtime_error(built.error().message);
  };
  if (!user_file.empty()) {
    const CudaSource user{program, read(user_file), fs::absolute(user_file).parent_path().string()};
    hello.files = own_files(user_file, program);
    const int arch = archs_.empty() ? kArchsWithoutGpu[0] : archs_.front();
    auto with_parts = with_parts_of(user, std::move(sources), *toolkit_, arch);
    require(with_parts);
    sources = std::move(*with_parts);
  }
  builder_ = std::make_unique<CubinBuilder>(*toolkit_, std::move(sources));
  // A user's kernel that cannot be built at all is refused now, not in the middle of a search.
  if (!user_file.empty() && !archs_.empty()) require(builder_->build(archs_.front(), usual_define()));
  const std::string gpu =
      context_ ? fmt::format("{}, {} (sm_{})", driver_->describe(), gpu_.name, gpu_.arch) : "no GPU";
  hello.system = {"", fmt::format("{}, {}", toolkit_->describe(), gpu), toolkit_->nvrtc.library.path()};
  hello.cannot_launch = cannot_launch_;
  for (const int arch : archs_) hello.builds_for.push_back(fmt::format("sm_{}", arch));
}

worker_protocol::WireRun CudaCaseRunner::run(const Case& c, const RunOptions&) {
  worker_protocol::WireRun run;
  const std::uint32_t made = builder_->made();
  const std::uint32_t failed = builder_->failed();
  run.not_launched = cannot_launch_;
  for (std::uint32_t i = 0; i < c.calls.size(); ++i) {
    Launch launch = build_and_launch(i, device_call(c.calls[i]), run);
    const bool raised = launch.raised.has_value();
    if (raised || run.not_launched.empty()) run.wire_launches.push_back(std::move(launch));
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
    if (built) {
      cubin = std::move(*built);
      continue;
    }
    failed_for.push_back(fmt::format("sm_{}", arch));
    if (!launch.raised) launch.raised = to_exception(built.error());
  }
  // An error for every architecture does not name them, so that it is the same finding on every machine.
  if (launch.raised && failed_for.size() < archs_.size()) {
    launch.raised->message += fmt::format(" [{} only]", fmt::join(failed_for, ", "));
  }
  if (launch.raised || !context_) return launch;
  auto launched = launch_on_gpu(*driver_, *cubin, call);
  if (!launched) {
    // A kernel's error stays with its context, and a context that ran out of memory may lack more of it. So the worker
    // must be replaced.
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
