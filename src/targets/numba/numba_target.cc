#include "targets/numba/numba_target.h"

#include <cstdlib>

#include "os/beside_program.h"

namespace straylane {
namespace {

constexpr const char* kWorkerMain =
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from straylane_numba.worker import main; main()";

}  // namespace

Expected<std::unique_ptr<Target>> NumbaTarget::open(const TargetOptions& options) {
  std::unique_ptr<NumbaTarget> target(new NumbaTarget(options));
  auto started = target->start(
      {.name = "numba",
       .canaries = CanarySet::kSimulator,
       .sources = {.entry = "numba_mwe/kernel_factory.py",
                   .other_entry = "planted/*.py",
                   .roots = {{"numba_mwe/", "src/program/factory/", "STRAYLANE"},
                             {"planted/", "corpus/", "STRAYLANE"},
                             {"", "", "PYTHON_PACKAGES"}}},
       .notes = {"yield points inserted into the simulator's modules as they are imported; its files are unchanged",
                 "threading, as those modules see it, runs threads on the interleaver",
                 "numpy.empty, as those modules see it, gives poisoned memory"}});
  if (!started) return tl::unexpected(started.error());
  return target;
}

Expected<WorkerProcess::Command> NumbaTarget::command_for(const Kind& kind) const {
  const std::string path = beside_program("python/_straylane_numba.abi3.so").parent_path();
  if (path.empty()) {
    return make_error(ErrorCode::kInternal, "python/_straylane_numba.abi3.so is not beside the program");
  }
  WorkerProcess::Command command{
      {options_.python, "-c", kWorkerMain, path, WorkerProcess::kSocketArgument, kind.first, to_string(kind.second)},
      {{"PYTHONHASHSEED", "0"},
       {"NUMBA_ENABLE_CUDASIM", "1"},
       {"OPENBLAS_NUM_THREADS", "1"},
       {"OMP_NUM_THREADS", "1"}}};
#ifdef STRAYLANE_SANITIZER_LIBRARIES
  // The module needs AddressSanitizer in an interpreter that does not have it, so it is preloaded. So is the C++
  // library, whose functions AddressSanitizer wraps when it starts. The interpreter leaks by design.
  const char* options = getenv("ASAN_OPTIONS");
  command.environment.emplace_back("ASAN_OPTIONS", std::string(options == nullptr ? "" : options) + ":detect_leaks=0");
  command.environment.emplace_back("LD_PRELOAD", STRAYLANE_SANITIZER_LIBRARIES);
#endif
  return command;
}

std::string NumbaTarget::with_advice(const std::string& reason) const {
  if (reason.find("No module named 'numba'") == std::string::npos &&
      reason.find("No module named 'numpy'") == std::string::npos) {
    return reason;
  }
  return reason + "; install it there, or use Debian's: apt-get install python3-numba";
}

}  // namespace straylane
