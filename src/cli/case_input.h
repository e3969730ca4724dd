#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/options.h"
#include "run/run_case.h"
#include "targets/registry.h"

namespace straylane {

// A case from the command line: a token, a file of JSON (it begins with '{'), a file with the bytes of a fuzz input, or
// a folder that stands for one of these.
struct CaseInput {
  Case value;                       // lacks its calls and schedule while only `bytes` are known
  std::vector<std::uint8_t> bytes;  // of a file of bytes; what they mean depends on the schema of the target's program
  std::filesystem::path campaign;   // which has those bytes as an input; empty if none has
  std::uint32_t digest = 0;         // of the sites; 0 unless a token has one
  bool claims_failure = false;      // recorded schedules were written because they failed; bytes claim nothing
  // For a case of a user's kernel: the file beside the case. Empty for a token: the kernel must then be named.
  std::string kernel;
};

// Loads a case. A file holds bytes if the caller says so (`as_bytes`) or if it lies in a corpus or campaign of
// Straylane (folder_marker.h). Another file that is not JSON is kMalformed, and the message names --bytes: any bytes
// are a case, so reading them would only say that some case passes. Errors: kMalformed or kOutOfRange, with one line
// that names the place.
//
// The folder of a finding stands for its min.json, or its case.json if it was not shrunk. The folder of a campaign's
// bucket stands for its smallest input. Another folder is kMalformed.
Expected<CaseInput> load_case(const std::string& text, bool as_bytes = false);

struct OpenedCase {
  CaseInput input;
  std::unique_ptr<Target> target;
};

// Loads the case `options.input` and opens the target to run it on: the named one, else the case's own, with the named
// kernel, else the case's own. Completes a case that was given as bytes.
// Errors: those of load_case and open_target; kUsage or kMalformed if target and kernel do not go together.
Expected<OpenedCase> open_case(const CommonOptions& options);

// Runs the case once, strictly, traced and with events.
// Errors: kRefused, with the place, if this is another system than the one that the case was recorded on; kUnsupported.
Expected<RunResult> strict_run(Target& target, const CaseInput& input);

// A finding that was run here once more, strictly.
struct Replayed {
  std::unique_ptr<Target> target;  // its own
  RunResult run;
  std::string bucket;
};

// Decides whether a finding of that target can be used. `kind` is null if there is no such kind of target.
using CheckTarget = std::function<Expected<void>(const std::string& target, const TargetKind* kind)>;

// Loads the finding `options.input` and runs it on its own target, which is opened once `check` has accepted it.
// Errors: those of load_case, `check`, open_target and strict_run; kUsage for an engine's input if its campaign does
// not tell the target, or ran a user's kernel; kNotReproducible if the finding does not fail here.
Expected<Replayed> replay_finding(const CommonOptions& options, const CheckTarget& check);

}  // namespace straylane
