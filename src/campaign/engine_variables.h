#pragma once

namespace straylane {

// The environment variables that tell a fuzz binary what to do, because the fuzzing engine owns its command line. A
// campaign sets them (engine_process.cc) and the binary reads them (fuzz/launch_session.h). An empty value is the same
// as none.
namespace engine_variable {

// The target's name. The default is numba, or host if there is a kernel. fuzz_host has host only.
inline constexpr const char* kTarget = "STRAYLANE_TARGET";
// FILE.cu, a user's kernel, see docs/kernels.md.
inline constexpr const char* kKernel = "STRAYLANE_KERNEL";
// The interpreter of the numba target; by default Debian's.
inline constexpr const char* kPython = "STRAYLANE_PYTHON";
// The program's name, such as that of a planted one; by default the target's own.
inline constexpr const char* kProgram = "STRAYLANE_PROGRAM";
// fuzz_host: "compares" (the default) or "edges", without the operands of comparisons.
inline constexpr const char* kCoverage = "STRAYLANE_COVERAGE";
// A folder that exists: findings do not abort, and the first input of each bucket is stored there.
inline constexpr const char* kKeepGoing = "STRAYLANE_KEEP_GOING";
// Any value: findings do not abort. They are told as fuzz/campaign_voice.h says, and nothing is stored.
inline constexpr const char* kCampaign = "STRAYLANE_CAMPAIGN";

}  // namespace engine_variable
}  // namespace straylane
