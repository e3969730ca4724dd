#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "campaign/engine.h"
#include "campaign/fuzz_job.h"
#include "campaign/fuzz_options.h"
#include "domain/error.h"

namespace straylane {

// The fuzz binary of a target, beside the program or in the build folder that the program is in: fuzz_host for target
// host, fuzz_launch for the others, each followed by _afl for that engine. kUnsupported, with what installs it.
Expected<std::string> fuzz_binary(const std::string& target, Engine engine = Engine::kLibfuzzer);

// The command line of one process of libFuzzer (of AFL++: afl_process.h). `start`: how many the campaign started before it, which gives each another
// seed. `runs_done`: by the processes of the same job before it. `artifacts`: folder for inputs that end the process.
std::vector<std::string> engine_command(const std::string& binary, const FuzzOptions& options, std::uint64_t start,
                                        std::uint64_t runs_done, const std::string& artifacts);
FuzzJob::Environment engine_environment(const FuzzOptions& options);

}  // namespace straylane
