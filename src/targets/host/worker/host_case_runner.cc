#include "targets/host/worker/host_case_runner.h"

#include <fmt/format.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/MemoryBuffer.h>

#include <exception>
#include <optional>
#include <stdexcept>

#include "program/canary/canaries.h"
#include "program/factory/factory_program.h"
#include "program/program.h"
#include "targets/worker/observe.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// Returns the first line of the error, with the name of the source instead of its path. So it is the same wherever the
// files lie.
std::string refusal_text(const BuildError& error, const DeviceSource& kernel, const DeviceSource& allocator) {
  std::string text = to_string(error);
  text = text.substr(0, text.find('\n'));
  for (const DeviceSource* source : {&kernel, &allocator}) {
    if (text.starts_with(source->path)) return source->name + text.substr(source->path.size());
  }
  return text;
}

// Collects what is needed to build a user's kernel elsewhere: the file, and what it includes from its own folder or
// below, by their paths relative to that folder.
std::map<std::string, std::string> own_files(const DeviceSource& user, const DeviceCompiler& compiler) {
  std::map<std::string, std::string> files = {{user.name, user.text}};
  const fs::path folder = fs::absolute(user.path).lexically_normal().parent_path();
  for (const auto& [path, text] : compiler.included()) {
    if (const auto relative = path_below(folder, path)) files.emplace(relative->string(), text);
  }
  return files;
}

}  // namespace

std::string HostCaseRunner::read(const fs::path& path) const {
  const auto file = options_.files->getBufferForFile(path.string());
  if (!file) throw std::runtime_error(fmt::format("{}: {}", path.string(), file.getError().message()));
  return (*file)->getBuffer().str();
}

DeviceSource HostCaseRunner::source_in(const char* below, const std::string& file) const {
  const fs::path path = folder_ / below / file;
  return {file, path.string(), read(path)};
}

worker_protocol::Hello HostCaseRunner::start(const std::string& folder, const std::string& program,
                                             const std::string& user_file) {
  folder_ = folder;
  worker_protocol::Hello hello;
  hello.schema = program_named(program).schema;
  hello.system = {"", "clang and LLVM " LLVM_VERSION_STRING ", ORC", (folder_ / "straylane_host_worker").string()};
  const auto refuse = [&hello](const std::string& why) {
    hello.error = why;
    hello.program_is_wrong = true;
    return hello;
  };
  try {
    const std::string prelude = (folder_ / "prelude" / "cuda_prelude.cuh").string();
    builder_ = std::make_unique<ProgramBuilder>(DeviceCompiler(prelude, (folder_ / "device").string(), options_.files),
                                                device_sites_, options_.builder);
    own_ = {source_in("device", "kernel.cu"), source_in("device", "allocator.cu")};
    if (!user_file.empty()) {
      const DeviceSource user{program, user_file, read(user_file)};
      if (auto taken = take_parts_of(user); !taken) return refuse(refusal_of_kernel(taken.error()));
      hello.files = own_files(user, builder_->compiler());
    } else if (program != factory_program().name && !take_planted(program)) {
      return refuse(fmt::format("there is no program \"{}\" for target host", program));
    }
    // A source that does not compile is refused now, not in the middle of a search.
    if (auto built = factory(own_, usual_define()).build(); !built) return refuse(refusal_of_kernel(built.error()));
  } catch (const std::exception& error) {
    hello.error = error.what();
  }
  return hello;
}

bool HostCaseRunner::take_planted(const std::string& program) {
  bool taken = false;
  for (const auto& [file, part] :
       {std::pair{program + ".cu", &own_.kernel}, {program + "_allocator.cu", &own_.allocator}}) {
    if (!options_.files->exists((folder_ / "planted" / file).string())) continue;
    *part = source_in("planted", file);
    taken = true;
  }
  return taken;
}

tl::expected<void, BuildError> HostCaseRunner::take_parts_of(const DeviceSource& user) {
  const auto unit = builder_->unit(user, usual_define());
  if (!unit) return tl::unexpected(unit.error());
  if (!(*unit)->has_kernel && !(*unit)->has_allocator) {
    return tl::unexpected<BuildError>(LinkError{LinkError::Kind::kNoPart, "", user.path, ""});
  }
  if ((*unit)->has_kernel) own_.kernel = user;
  if ((*unit)->has_allocator) own_.allocator = user;
  // Sites have only the name of a source, so a source of ours must not have the name of the user's.
  for (SharedSource* ours : {&own_.kernel, &own_.allocator}) {
    DeviceSource renamed = **ours;
    if (renamed.path == user.path || renamed.name != user.name) continue;
    renamed.name = "factory_" + renamed.name;
    *ours = std::move(renamed);
  }
  return {};
}

const HostCaseRunner::Parts& HostCaseRunner::parts_of(const Case& c) {
  if (find_canary(c.program) == nullptr) return own_;
  auto parts = canaries_.find(c.program);
  if (parts == canaries_.end()) {
    Parts read{source_in("planted", c.program + ".cu"), source_in("device", "allocator.cu")};
    parts = canaries_.emplace(c.program, std::move(read)).first;
  }
  return parts->second;
}

KernelFactory HostCaseRunner::factory(const Parts& parts, const Define& define) {
  return {*builder_, parts.kernel, {*builder_, parts.allocator, define}};
}

worker_protocol::WireRun HostCaseRunner::run(const Case& c, const RunOptions& options) {
  const auto strategy = strategy_of(c, options, sites_);

  runtime_.begin_case(options.events);
  Interleaver& interleaver = runtime_.interleaver();
  interleaver.begin(*strategy, {.steps_max = options.steps_max, .trace = options.trace});
  const Parts& parts = parts_of(c);
  std::optional<std::string> refusal;  // the program cannot be built for these settings, which is a finding
  for (const Settings& settings : c.calls) {
    const DeviceCall call = device_call(settings);
    auto kernel = factory(parts, call.define).build();
    if (!kernel) refusal = refusal_text(kernel.error(), *own_.kernel, *own_.allocator);
    if (!kernel || !kernel->launch(runtime_, call)) break;
  }
  interleaver.drain();

  worker_protocol::WireRun run;
  fill_wire_results(run, interleaver, *strategy, sites_);
  runtime_.take_results(run);
  if (refusal) {
    const auto call = static_cast<std::uint32_t>(run.wire_launches.size());
    run.wire_launches.push_back({.call = call, .raised = ThrownException{"BuildError", *refusal, ""}});
  }
  return run;
}

Expected<std::unique_ptr<Target>> InProcessTarget::open(HostCaseRunner::Options options, const std::string& folder,
                                                        const std::string& program, const std::string& user_file) {
  std::unique_ptr<InProcessTarget> target(new InProcessTarget(std::move(options)));
  worker_protocol::Hello hello = target->runner_.start(folder, program, user_file);
  if (!hello.error.empty()) return make_error(ErrorCode::kUnsupported, hello.error);
  target->info_.name = "host";
  target->info_.program = program_named(program);
  target->info_.program.name = program;
  target->info_.program.schema = std::move(hello.schema);
  target->info_.sees_accesses = true;
  target->info_.system = std::move(hello.system);
  target->info_.system.path.clear();  // because there is no worker program
  target->info_.notes = {"device code runs in the process of the fuzzing engine"};
  return target;
}

Expected<std::vector<Observation>> InProcessTarget::run(std::span<const Case> cases, const RunOptions& options) {
  std::vector<Observation> observations;
  observations.reserve(cases.size());
  try {
    for (const Case& c : cases) observations.push_back(observe(runner_.run(c, options), sites_));
  } catch (const std::exception& error) {
    return make_error(ErrorCode::kInternal, error.what());
  }
  return observations;
}

}  // namespace straylane
