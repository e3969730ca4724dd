#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/common_options.h"
#include "domain/case.h"

namespace straylane {

// A case from the command line: a token, a file of JSON (it starts with '{'), or the bytes of a fuzz input.
struct CaseInput {
  Case value;                       // without its calls and schedule where it was given as bytes
  std::vector<std::uint8_t> bytes;  // of a file of bytes: what they say depends on the schema of the target's program
  std::optional<std::uint32_t> digest;  // of the sites, where a token carries one
  bool claims_failure = false;          // recorded schedules were written because they failed; bytes claim nothing
  // Of a case of a user's kernel: the file beside the case; empty where it must be named (a token).
  std::string kernel;
};

// A file is taken for bytes where that is said (`as_bytes`), and where a corpus or a campaign of ours has it
// (folder_marker.h). Any bytes are a case, so that of another file that is not JSON it would say that it passes: that
// is kMalformed, and the line names --bytes. kMalformed or kOutOfRange with one line that names the place.
Expected<CaseInput> load_case(const std::string& file_or_token, bool as_bytes = false);

// The target to run it on: the one that was named, else the case's own; with the kernel that was named, else the case's
// own. Completes a case that was given as bytes. kUsage or kMalformed where there is no such target, or the two do not go
// together.
Expected<std::unique_ptr<Target>> open_target_of(CaseInput& input, const std::string& file_or_token,
                                                 const CommonOptions& options);

}  // namespace straylane
