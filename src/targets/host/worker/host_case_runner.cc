#include "targets/host/worker/host_case_runner.h"

#include <fmt/format.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/MemoryBuffer.h>

#include <filesystem>
#include <optional>
#include <stdexcept>

#include "program/canary/canaries.h"
#include "program/factory/factory_program.h"
#include "program/programs.h"
#include "targets/host/worker/kernel_contract.h"
#include "targets/worker/case_strategy.h"
#include "targets/worker/wire_results.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// The first line, sources called as sites call them: the same wherever the files lie.
std::string refusal_text(const BuildError& error, const DeviceSource& kernel, const DeviceSource& allocator) {
  std::string text = to_string(error);
  text = text.substr(0, text.find('\n'));
  for (const DeviceSource* source : {&kernel, &allocator}) {
    if (text.starts_with(source->path)) return source->name + text.substr(source->path.size());
  }
  return text;
}

// What a user's finding needs to be built elsewhere: the file, and what it includes from its own folder, by their paths
// relative to it.
std::map<std::string, std::string> own_files(const DeviceSource& user, const DeviceCompiler& compiler) {
  std::map<std::string, std::string> files = {{user.name, user.text}};
  const fs::path folder = fs::absolute(user.path).lexically_normal().parent_path();
  for (const auto& [path, text] : compiler.included()) {
    const fs::path relative = fs::absolute(path).lexically_normal().lexically_relative(folder);
    if (!relative.empty() && *relative.begin() != "..") files.emplace(relative.string(), text);
  }
  return files;
}

}  // namespace

std::string HostCaseRunner::read(const fs::path& path) const {
  const auto file = options_.files->getBufferForFile(path.string());
  if (!file) throw std::runtime_error(fmt::format("{}: {}", path.string(), file.getError().message()));
  return (*file)->getBuffer().str();
}

DeviceSource HostCaseRunner::source_in(const fs::path& folder, const std::string& file) const {
  return {file, (folder / file).string(), read(folder / file)};
}

worker_protocol::Hello HostCaseRunner::start(const std::string& folder, const std::string& program,
                                             const std::string& user_file) {
  worker_protocol::Hello hello;
  hello.schema = program_named(program).schema;
  hello.system = {"", "clang and LLVM " LLVM_VERSION_STRING ", ORC",
                  (fs::path(folder) / "straylane_host_worker").string()};
  folder_ = folder;
  try {
    const fs::path device = fs::path(folder) / "device";
    builder_ = std::make_unique<ProgramBuilder>(
        DeviceCompiler((fs::path(folder) / "prelude" / "cuda_prelude.cuh").string(), device.string(), options_.files),
        device_sites_, options_.builder);
    kernel_ = source_in(device, "kernel.cu");
    allocator_ = source_in(device, "allocator.cu");
    if (!user_file.empty()) {
      const DeviceSource user{program, user_file, read(user_file)};
      if (auto taken = take_parts_of(user); !taken) {
        hello.error = to_string(taken.error());
        hello.program_is_wrong = true;
        return hello;
      }
      hello.files = own_files(user, builder_->compiler());
    } else if (program != factory_program().name && !take_planted(fs::path(folder) / "planted", program)) {
      hello.error = fmt::format("there is no program \"{}\" for target host", program);
      hello.program_is_wrong = true;
      return hello;
    }
    // A source that does not compile is said now, not in the middle of a search.
    if (auto built = factory(usual_define()).build(); !built) {
      hello.error = to_string(built.error());
      hello.program_is_wrong = true;
    }
  } catch (const std::exception& error) {
    hello.error = error.what();
  }
  return hello;
}

bool HostCaseRunner::take_planted(const fs::path& folder, const std::string& program) {
  bool taken = false;
  for (const auto& [file, part] : {std::pair{program + ".cu", &kernel_}, {program + "_allocator.cu", &allocator_}}) {
    if (!options_.files->exists((folder / file).string())) continue;
    *part = source_in(folder, file);
    taken = true;
  }
  return taken;
}

// The parts that a user's file defines stand for ours.
tl::expected<void, BuildError> HostCaseRunner::take_parts_of(const DeviceSource& user) {
  const auto unit = builder_->unit(user, usual_define());
  if (!unit) return tl::unexpected(unit.error());
  const bool has_kernel = (*unit)->has_kernel;
  const bool has_allocator = (*unit)->has_allocator;
  if (!has_kernel && !has_allocator) {
    return tl::unexpected<BuildError>(LinkError{LinkError::Kind::kNoPart, "", user.path, ""});
  }
  if (has_kernel) kernel_ = user;
  if (has_allocator) allocator_ = user;
  // Sites call a source by its name alone.
  for (SharedSource* ours : {&kernel_, &allocator_}) {
    DeviceSource renamed = **ours;
    if (renamed.path == user.path || renamed.name != user.name) continue;
    renamed.name = "factory_" + renamed.name;
    *ours = std::move(renamed);
  }
  return {};
}

// Every launch is one of fresh factories.
KernelFactory HostCaseRunner::factory(const Define& define) {
  return KernelFactory(*builder_, kernel_, AllocatorFactory(*builder_, allocator_, define));
}

// A canary is launched in the place of this worker's kernel, whatever that is.
KernelFactory HostCaseRunner::factory_of(const Case& c, const Define& define) {
  if (find_canary(c.program) == nullptr) return factory(define);
  auto parts = canaries_.find(c.program);
  if (parts == canaries_.end()) {
    const fs::path folder = folder_;
    parts = canaries_
                .emplace(c.program, Parts{source_in(folder / "planted", c.program + ".cu"),
                                          source_in(folder / "device", "allocator.cu")})
                .first;
  }
  return KernelFactory(*builder_, parts->second.kernel, AllocatorFactory(*builder_, parts->second.allocator, define));
}

worker_protocol::WireRun HostCaseRunner::run(const Case& c, const RunOptions& options) {
  const SiteNumber number_of = [this](const Site& site) {
    const std::uint32_t number = sites_.find(site);
    return number != SiteTable::kNone ? number : sites_.add(site);
  };
  const SiteOf site_of = [this](std::uint32_t number) { return sites_.sites()[number]; };
  const auto strategy = strategy_of(c, options, number_of, site_of);

  runtime_.begin_case(options.events);
  Interleaver& interleaver = runtime_.interleaver();
  interleaver.begin(*strategy, {.steps_max = options.steps_max, .trace = options.trace});
  std::optional<std::string> refusal;  // to build for these settings: what a user's program does, not an error of ours
  for (const Settings& settings : c.calls) {
    const DeviceCall call = device_call(settings);
    auto kernel = factory_of(c, call.define).build();
    if (!kernel) refusal = refusal_text(kernel.error(), *kernel_, *allocator_);
    if (!kernel || !kernel->launch(runtime_, call)) break;
  }
  interleaver.drain();

  worker_protocol::WireRun run;
  fill_wire_results(run, interleaver, *strategy);
  runtime_.take_results(run);
  if (refusal) {
    const auto call = static_cast<std::uint32_t>(run.launches.size());
    run.launches.push_back({.call = call, .raised = ThrownException{"BuildError", *refusal, ""}});
  }
  send_new_sites(run, sites_, sites_sent_);
  return run;
}

}  // namespace straylane
