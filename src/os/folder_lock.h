#pragma once

#include <filesystem>
#include <utility>

#include "domain/error.h"
#include "os/owned_fd.h"

namespace straylane {

// Holds a folder for this process: an flock on `folder`/lock, which also says by whom in words. Gone with the process,
// however it ends; a child that is forked and does not exec must call `leave_to_parent`.
class FolderLock {
 public:
  // `folder` exists. kUsage, one line that names folder and process, where another process has it; kStorage.
  static Expected<FolderLock> take(const std::filesystem::path& folder);
  // Whether a process has it now. Asks only; false where there is no lock, or no folder.
  static bool is_taken(const std::filesystem::path& folder);

  // In a forked child: lets go of its copy, so that the lock ends with the parent.
  void leave_to_parent() { fd_.reset(); }

 private:
  explicit FolderLock(OwnedFd fd) : fd_(std::move(fd)) {}

  OwnedFd fd_;
};

}  // namespace straylane
