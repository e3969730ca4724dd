#pragma once

#include <filesystem>
#include <utility>

#include "domain/error.h"
#include "os/owned_fd.h"

namespace straylane {

// Holds a folder for this process with an flock on `folder`/lock. The file also names the process. The lock ends with
// the process, however that ends. A forked child that does not exec must close its copy of the descriptor, as every
// Child does (os/child.h).
class FolderLock {
 public:
  // Takes the lock.
  // Precondition: `folder` exists.
  // Errors: kUsage, one line that names the folder and the process, if another process holds it; kStorage.
  static Expected<FolderLock> take(const std::filesystem::path& folder);
  // Tells whether a process holds the lock now. False if there is no lock file or no folder.
  static bool is_taken(const std::filesystem::path& folder);

 private:
  explicit FolderLock(OwnedFd fd) : fd_(std::move(fd)) {}

  OwnedFd fd_;
};

}  // namespace straylane
