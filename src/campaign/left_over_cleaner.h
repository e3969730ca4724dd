#pragma once

#include <filesystem>
#include <vector>

#include "domain/error.h"
#include "os/child.h"

namespace straylane {

// What a campaign takes away: the temporary files and folders that a process which is killed in the middle of writing
// leaves (artifact_folder.h), and folders that are temporary altogether.
struct LeftOvers {
  std::vector<std::filesystem::path> whole_folders;  // removed with all that is in them
  // In these, where they or the folder that they are in is marked as ours (folder_marker.h), and in the folders right
  // in them, what is_left_over names.
  std::vector<std::filesystem::path> among;

  void remove() const;
};

// A child (os/child.h) that outlives this process by a moment, and only if this process is killed: it then removes what
// is left over. It does nothing else, holds none of our files, and ignores what interrupts us. The destructor ends it
// without a clean-up.
class LeftOverCleaner {
 public:
  // kInternal where there are no more processes.
  static Expected<LeftOverCleaner> start(LeftOvers left_overs);

  bool is_there() { return !child_.ended(); }  // false if somebody killed it: start another one

 private:
  LeftOverCleaner() = default;

  Child child_;
};

}  // namespace straylane
