#pragma once

#include <optional>
#include <string>

#include "domain/finding.h"

namespace straylane {

// A place in source code that a report points at.
struct SourceLocation {
  std::string file;        // as sites name it: relative to the root of its package, or in the kernel's folder
  std::uint32_t line = 0;  // 1-based; 0 where only the file is known
  std::string function;
  std::string statement;

  bool operator==(const SourceLocation&) const = default;
};

// Where a finding's failure shows: where its message names a line, that one; of an exception, the statement behind the
// last yield point of the function that raised it; of a stray lane, what is first behind the guard; of a run that did
// not end, where its threads stood last; else the kernel's file without a line. None of a target whose kernel has no
// file.
std::optional<SourceLocation> location_of(const Finding& finding);

// The file of a location as a relative or absolute URI, and what a relative one is relative to.
struct SourceUri {
  std::string uri;
  std::string base;  // "PYTHON_PACKAGES", "STRAYLANE" (the root of this project); empty: the folder it was started in
};
SourceUri uri_of(const SourceLocation& location, const Finding& finding);

}  // namespace straylane
