#pragma once

#include <string>
#include <vector>

namespace straylane {

// Maps a file name in a site or message to a path, for reports that link to it.
struct SourceRoot {
  std::string prefix;  // of the file's name in sites; the first root with a matching prefix applies
  std::string folder;  // put before the name
  std::string base;    // the named base that the path is relative to (docs/reports.md); empty if the path stands alone

  bool operator==(const SourceRoot&) const = default;
};
// The map of one target.
struct SourceMap {
  std::string entry;        // the file at which a failure without a known line is shown; empty if there is none
  std::string other_entry;  // the same for a program that is not the target's own: "planted/*.py", '*' is its name
  std::vector<SourceRoot> roots;

  bool operator==(const SourceMap&) const = default;
};

}  // namespace straylane
