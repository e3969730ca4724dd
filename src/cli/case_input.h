#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"

namespace straylane {

// A case from the command line: a token, or a file of JSON (it starts with '{') or bytes (anything else, such as a
// crash artifact of a fuzz target).
struct CaseInput {
  Case value;
  std::optional<std::uint32_t> digest;  // of the sites, where a token carries one
  bool claims_failure = false;          // recorded schedules were written because they failed; bytes claim nothing
};

// kMalformed or kOutOfRange with one line that names the place.
Expected<CaseInput> load_case(const std::string& file_or_token);

}  // namespace straylane
