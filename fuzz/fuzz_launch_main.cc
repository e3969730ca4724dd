// Runs the entry point of fuzz_launch without an engine:
//
//   fuzz_launch_replay FILE|FOLDER...     runs each input and prints its verdict
//   fuzz_launch_replay --write-seeds DIR  writes the cases of seeds.cc, each file named by its SHA-1
//
// Options of the target come from the environment (campaign/engine_variables.h). Exit code: 0 if every input passed, 2
// if one failed; errors as everywhere (os/exit_code.h).
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "codec/bytes_codec.h"
#include "codec/sha1.h"
#include "fuzz/input_file.h"
#include "fuzz/launch_session.h"
#include "fuzz/seeds.h"
#include "os/exit_code.h"
#include "program/factory/factory_program.h"

namespace straylane {
namespace {

constexpr int kUsage = static_cast<int>(ExitCode::kUsage);
constexpr int kFinding = static_cast<int>(ExitCode::kFinding);

int fail(const Error& error) {
  fmt::print(stderr, "fuzz_launch_replay: {}\n", error.message);
  return static_cast<int>(exit_code_of(error));
}

int write_seeds(const std::string& folder) {
  for (const Case& c : seed_cases()) {
    const auto written =
        case_to_bytes(c, factory_program().schema).and_then([&folder](const std::vector<std::uint8_t>& bytes) {
          return write_input(folder, sha1_hex(bytes), bytes);
        });
    if (!written) return fail(written.error());
  }
  return 0;
}

Expected<bool> passes(const std::string& path) {
  return read_input(path).map([&path](const std::vector<std::uint8_t>& bytes) {
    LaunchSession& session = LaunchSession::of_process();
    const Verdict verdict = session.run(bytes);
    const bool failed = verdict.kind == VerdictKind::kFail;
    fmt::print("{}: {}{}\n", path, to_string(verdict.kind),
               failed
                   ? fmt::format(" {} {}", bucket_of(*verdict.failure), describe(*verdict.failure, session.program()))
                   : "");
    return !failed;
  });
}

int replay(const std::string& path, std::size_t& inputs) {
  const auto files = input_files(path);
  if (!files) return fail(files.error());
  int code = 0;
  for (const std::string& file : *files) {
    const auto passed = passes(file);
    if (!passed) return fail(passed.error());
    ++inputs;
    if (!*passed) code = kFinding;
  }
  return code;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 2 && arguments[0] == "--write-seeds") return write_seeds(arguments[1]);
  if (arguments.empty() || arguments[0].starts_with("-")) {
    fmt::print(stderr, "usage: fuzz_launch_replay FILE|FOLDER... | --write-seeds DIR\n");
    return kUsage;
  }
  std::size_t inputs = 0;
  bool found = false;
  for (const std::string& path : arguments) {
    const int code = replay(path, inputs);
    if (code != 0 && code != kFinding) return code;
    found = found || code == kFinding;
  }
  // Otherwise a folder without files would count as a pass.
  if (inputs == 0) return fail({ErrorCode::kUsage, "no input files in " + arguments[0]});
  return found ? kFinding : 0;
}

}  // namespace
}  // namespace straylane

int main(int argc, char** argv) { return straylane::run({argv + 1, argv + argc}); }
