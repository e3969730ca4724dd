#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "campaign/fuzz_log.h"
#include "campaign/fuzz_options.h"
#include "domain/error.h"
#include "os/child.h"

namespace straylane {

struct EnginePaths {
  std::string binary;    // the fuzz binary of the target
  std::string afl_fuzz;  // empty for libFuzzer, which is part of the binary
};

// Finds the fuzz binary of a target, beside the program or in the build folder that the program is in: fuzz_host for
// target host, fuzz_launch for the others, each followed by _afl for AFL++. Finds afl-fuzz on our PATH.
// Errors: kUnsupported, with what installs the missing program.
Expected<EnginePaths> find_engine(const std::string& target, Engine engine);

// Gives the command line of one libFuzzer process. The one of afl-fuzz is in afl_process.h.
// `start`: how many processes the campaign has started before; gives each another seed.
// `runs_done`: by earlier processes of the same job.
// `artifacts`: the folder for inputs that end the process.
std::vector<std::string> libfuzzer_command(const std::string& binary, const FuzzOptions& options, std::uint64_t start,
                                           std::uint64_t runs_done, const std::string& artifacts);

using EngineEnvironment = std::vector<std::pair<std::string, std::string>>;
// Gives the environment variables of an engine process, to be set on top of ours.
EngineEnvironment engine_environment(const FuzzOptions& options);

// One engine process and what it has said. The destructor kills it, and its worker dies with it.
struct EngineProcess {
  // `command`: path and arguments.
  // Errors: kInternal if there are no more processes or pipes.
  static Expected<EngineProcess> start(const std::vector<std::string>& command, const EngineEnvironment& environment);

  // Reads what has arrived, without waiting, and notices the end.
  void advance();
  bool ended() const { return child.pid() == 0; }
  // Asks the engine to stop. Engines answer SIGINT with their figures.
  void interrupt();

  Child child;
  FuzzLog log;
};

}  // namespace straylane
