#pragma once

#include <string>
#include <vector>

namespace straylane {

// Where the files that sites and messages name lie, for reports that link to them.
struct SourceRoot {
  std::string prefix;  // of the file's name as sites have it; the first root whose prefix fits is taken
  std::string folder;  // put before the name
  std::string base;    // name of the base that the path is relative to (docs/reports.md); empty for a path of its own

  bool operator==(const SourceRoot&) const = default;
};
struct SourceMap {
  std::string entry;         // the file that a failure is shown at where no line is known; empty where there is none
  std::string other_entry;   // the same of another program than the target's own, "planted/*.py": '*' is its name
  std::vector<SourceRoot> roots;

  bool operator==(const SourceMap&) const = default;
};

}  // namespace straylane
