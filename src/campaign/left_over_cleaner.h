#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

#include "domain/error.h"

namespace straylane {

// What a campaign takes away: the temporary files and folders that a process which is killed in the middle of writing
// leaves (artifact_folder.h), and folders that are temporary altogether.
struct LeftOvers {
  std::vector<std::filesystem::path> whole_folders;  // removed with all that is in them
  std::vector<std::filesystem::path> among;  // in these, and in the folders right in them, what is_left_over names

  void remove() const;
};

// A process that outlives this one by a moment, and only where this one is killed: it then removes what is left over.
// It does nothing else, holds none of our files, and ignores what interrupts us.
class LeftOverCleaner {
 public:
  // kInternal where there are no more processes.
  static Expected<LeftOverCleaner> start(LeftOvers left_overs);

  LeftOverCleaner(LeftOverCleaner&& other) noexcept;
  LeftOverCleaner& operator=(LeftOverCleaner&& other) noexcept;
  ~LeftOverCleaner();  // ends it without a clean-up

  bool is_there();  // false where somebody killed it: start another one
  pid_t pid() const { return pid_; }

 private:
  LeftOverCleaner() = default;

  pid_t pid_ = -1;
  int fd_ = -1;  // closed by our end, which the process waits for
};

}  // namespace straylane
