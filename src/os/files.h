#pragma once

#include <stdlib.h>

#include <filesystem>
#include <map>
#include <string>

#include "domain/error.h"

namespace straylane {

// Makes the kStorage error "PATH: REASON". `error`: an errno.
tl::unexpected<Error> storage_error(const std::filesystem::path& path, int error);

// Makes `folder` and the folders above it if they do not exist. An empty path is no error.
// Errors: kStorage.
Expected<void> make_folders(const std::filesystem::path& folder);

// Whether there is something at `path`, and this user may see it. Follows symbolic links.
bool is_there(const std::filesystem::path& path);

// Checks that `path` is a folder.
// Errors: kStorage with the path and the reason.
Expected<void> check_folder(const std::filesystem::path& path);

// Reads a whole file. Never waits, not even for a fifo.
// Errors: kStorage with the path and the reason; kMalformed if the file is larger than `bytes_max`, a fifo or a device.
Expected<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);

// Checks that files can be written into `folder`, by writing a page to a file without a name.
// Precondition: `folder` exists.
// Errors: kStorage.
Expected<void> check_writable(const std::filesystem::path& folder);

// Makes the same check for a folder that need not exist yet: checks the part of its path that exists. Makes nothing.
Expected<void> check_can_be_made(const std::filesystem::path& folder);

// Writes a file as a whole or not at all, and makes the folders above it. The file has no name until it is complete and
// synced; on a file system without such files it has a temporary name. Overwrites nothing.
// Errors: kStorage, also if the file exists.
Expected<void> write_new_file(const std::filesystem::path& path, const std::string& content);

// Replaces a file. A process that reads it at that moment gets the old content or the new one.
// Errors: kStorage.
Expected<void> replace_file(const std::filesystem::path& path, const std::string& content);

// Tells whether `name` is that of a temporary file or folder of these functions (".NAME.PID.tmp") whose process has
// ended. A process that is killed while it writes leaves such a file.
bool is_left_over(const std::string& name);

// Writes a folder of files (by relative path) as a whole or not at all: writes a temporary folder beside it, syncs it
// and renames it. False, with nothing changed, if something has that name already. Names that end in ".sh" become
// executable.
// Errors: kStorage.
Expected<bool> write_new_folder(const std::filesystem::path& folder, const std::map<std::string, std::string>& files);

// Writes files (by relative path) into `folder`, which must be missing or empty. Each file appears as a whole, and none
// is overwritten.
// Errors: kStorage, also if the folder is not empty.
Expected<void> write_into_empty_folder(const std::filesystem::path& folder,
                                       const std::map<std::string, std::string>& files);

// Owns a new folder in the temporary folder of the system and removes it with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "straylane-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace straylane
