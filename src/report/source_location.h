#pragma once

#include <optional>
#include <string>

#include "domain/finding.h"

namespace straylane {

// A place in source code that a report points at.
struct SourceLocation {
  std::string file;        // as sites name it
  std::uint32_t line = 0;  // 1-based; 0 where only the file is known
  std::string function;
  std::string statement;
  // The file as a relative or absolute URI, and what a relative one is relative to: "PYTHON_PACKAGES", "STRAYLANE" (the
  // root of this project); empty for the folder that Straylane was started in.
  std::string uri;
  std::string base;

  bool operator==(const SourceLocation&) const = default;
};

// Where a finding's failure shows: the line that its message names; for an exception the statement after the last yield
// point of the function that raised it; for a thread that a program's hypothesis holds for, its first yield point after
// the guard; for a run that did not end, where a thread stood last; else the program's file without a line. Nothing for
// a program without a file.
std::optional<SourceLocation> location_of(const Finding& finding);

// The place of a site, by where the files of the target lie.
SourceLocation location_of(const Site& site, const SourceMap& sources);

}  // namespace straylane
