#include <fmt/format.h>

#include <memory>
#include <sstream>

#include "cli/options.h"
#include "cli/verbs.h"
#include "domain/case.h"
#include "os/beside_program.h"
#include "os/child.h"
#include "targets/device_target.h"
#include "targets/registry.h"

namespace straylane {
namespace {

void line(bool there, const std::string& what, const std::string& detail) {
  fmt::print("{:<8}{:<22}{}\n", there ? "ok" : "missing", what, detail);
}

// Reports toolkit and GPU separately: with the toolkit alone, target cuda builds and does not launch. The worker looks
// for them, because a driver may crash.
void print_cuda_parts() {
  const std::string worker = cuda_worker_program();
  std::istringstream answer(worker.empty() ? "" : run_child({worker, "--probe"}, "", 30).output);
  for (const char* what : {"CUDA toolkit", "CUDA driver and GPU"}) {
    std::string status;
    std::string detail;
    std::getline(answer, status, '\t');
    std::getline(answer, detail);
    line(status == "ok", what, detail.empty() ? "straylane_cuda_worker --probe does not answer" : detail);
  }
}

}  // namespace

Run add_doctor(CLI::App& app) {
  auto options = std::make_shared<CommonOptions>();
  add_target_options(app, *options);
  return [options] {
    if (auto ok = options->check_target(); !ok) return report_error(ok.error());
    bool all_there = true;
    for (const std::string& name : options->targets()) {
      const auto target = open_target(name, options->target_options());
      if (!target && target.error().code == ErrorCode::kUsage) return report_error(target.error());
      const std::string missing = target ? (*target)->info().cannot_launch : target.error().message;
      const bool there = missing.empty();
      if (options->target_named() || name == needed_target(false).name) all_there = all_there && there;
      line(there, "target " + name, there ? describe((*target)->info().system) : missing);
    }
    print_cuda_parts();
    const auto fuzzer = beside_program("fuzz/fuzz_launch");
    line(!fuzzer.empty(), "libFuzzer target", fuzzer.empty() ? "apt-get install libclang-rt-19-dev" : "fuzz_launch");
    const auto pytest = run_child({options->python, "-c", "import pytest; print(pytest.__version__)"}, "", 30);
    line(pytest.status == 0, "pytest",
         pytest.status == 0 ? pytest.output.substr(0, pytest.output.find('\n')) : "apt-get install python3-pytest");
    return all_there ? ExitCode::kClean : ExitCode::kUnsupported;
  };
}

}  // namespace straylane
