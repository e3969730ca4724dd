#include <fmt/format.h>

#include <memory>

#include "campaign/child_process.h"
#include "cli/common_options.h"
#include "cli/verbs.h"
#include "domain/describe_system.h"
#include "target/beside_program.h"
#include "target/registry.h"

namespace straylane {
namespace {

void line(bool there, const std::string& what, const std::string& detail) {
  fmt::print("{:<8}{:<22}{}\n", there ? "ok" : "missing", what, detail);
}

}  // namespace

Run add_doctor(CLI::App& app) {
  auto options = std::make_shared<CommonOptions>();
  add_target_options(app, *options);
  return [options] {
    bool all_there = true;
    for (const std::string& name : options->targets()) {
      const auto target = open_target(name, options->target_options());
      if (!target && target.error().code == ErrorCode::kUsage) return report_error(target.error());
      all_there = all_there && (target || !options->target_named());
      if (name == "numba") all_there = all_there && target;
      line(target.has_value(), "target " + name, target ? describe((*target)->info().system) : target.error().message);
    }
    const auto fuzzer = beside_program("fuzz/fuzz_launch");
    line(!fuzzer.empty(), "libFuzzer target", fuzzer.empty() ? "apt-get install libclang-rt-19-dev" : "fuzz_launch");
    const auto pytest = run_child({options->python, "-c", "import pytest; print(pytest.__version__)"}, "", 30);
    line(pytest.status == 0, "pytest",
         pytest.status == 0 ? pytest.output.substr(0, pytest.output.find('\n')) : "apt-get install python3-pytest");
    return all_there ? ExitCode::kClean : ExitCode::kUnsupported;
  };
}

}  // namespace straylane
