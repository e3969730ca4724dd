#include "target/host/worker/case_runner.h"

#include <fmt/format.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/Support/MemoryBuffer.h>

#include <filesystem>
#include <stdexcept>

#include "interleave/strategy_factory.h"
#include "target/worker/wire_results.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string CaseRunner::read(const std::string& path) const {
  const auto file = options_.files->getBufferForFile(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return (*file)->getBuffer().str();
}

DeviceSource CaseRunner::source(const std::string& folder, const std::string& planted, const char* ours) const {
  const std::string path = (fs::path(folder) / "planted" / planted).string();
  if (options_.files->exists(path)) return {planted, read(path)};
  return {ours, read((fs::path(folder) / "device" / ours).string())};
}

worker_protocol::Hello CaseRunner::start(const std::string& folder, const std::string& program) {
  worker_protocol::Hello hello;
  hello.system = {"", "clang and LLVM " LLVM_VERSION_STRING ", ORC",
                  (fs::path(folder) / "straylane_host_worker").string()};
  try {
    const DeviceSource kernel = source(folder, program + ".cu", "kernel.cu");
    const DeviceSource allocator = source(folder, program + "_allocator.cu", "allocator.cu");
    if (program != "factory" && kernel.name == "kernel.cu" && allocator.name == "allocator.cu") {
      hello.error = fmt::format("there is no program \"{}\" for target host", program);
      return hello;
    }
    DeviceCompiler compiler((fs::path(folder) / "prelude" / "cuda_prelude.cuh").string(),
                            (fs::path(folder) / "device").string(), options_.files);
    auto builder = ProgramBuilder::make(std::move(compiler), kernel, allocator, device_sites_, options_.builder);
    if (builder) {
      // A source that does not compile is said now, not in the middle of a search.
      builder_ = std::move(*builder);
      if (auto built = builder_->build(Settings{}.buffer_size); !built) hello.error = built.error();
    } else {
      hello.error = builder.error();
    }
  } catch (const std::exception& error) {
    hello.error = error.what();
  }
  return hello;
}

worker_protocol::WireRun CaseRunner::run(const Case& c, const RunOptions& options) {
  const SiteNumber number_of = [this](const Site& site) {
    const std::uint32_t number = sites_.find(site);
    return number != SiteTable::kNone ? number : sites_.add(site);
  };
  const SiteOf site_of = [this](std::uint32_t number) { return sites_.sites()[number]; };
  const auto strategy = make_strategy(c.schedule, options.strict, number_of, site_of);

  runtime_.begin_case();
  Interleaver& interleaver = runtime_.interleaver();
  interleaver.begin(*strategy, {.steps_max = options.steps_max, .trace = options.trace});
  for (const Settings& settings : c.launches) {
    const auto program = builder_->build(settings.buffer_size);
    if (!program) throw std::runtime_error(program.error());
    if (!runtime_.launch(**program, settings)) break;
  }
  interleaver.drain();

  worker_protocol::WireRun run;
  fill_wire_results(run, interleaver, *strategy);
  run.launches = runtime_.take_launches();
  send_new_sites(run, sites_, sites_sent_);
  return run;
}

}  // namespace straylane
