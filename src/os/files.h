#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "domain/error.h"

namespace straylane {

// Reads a whole file; kStorage with the path and the reason, kMalformed where it is larger than `bytes_max`, or a fifo
// or a device, which are not waited for.
Expected<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);

// Whether files can be written into `folder`, which exists: a page is, under no name. kStorage where not.
Expected<void> check_writable(const std::filesystem::path& folder);

// The same of a folder that need not be there yet: asks of what there is of its path, and makes nothing.
Expected<void> check_can_be_made(const std::filesystem::path& folder);

// Writes one file whole or not at all: it has no name until it is complete (or, on file systems without such files, a
// temporary one beside it), fsync, link. kStorage where the file is there already: nothing is overwritten.
Expected<void> write_new_file(const std::filesystem::path& path, const std::string& content);

// The same, in the place of what is there: whoever reads it reads the old one or the new one.
Expected<void> replace_file(const std::filesystem::path& path, const std::string& content);

// Whether `name` is one of a temporary file or folder that these functions make (".NAME.PID.tmp") and its process is
// gone: a process that is killed leaves such.
bool is_left_over(const std::string& name);

// Writes a folder of files (by relative path) whole or not at all: a temporary folder beside it, fsync, rename. False
// where something has its name already, and then that is left as it is. Names ending in ".sh" become executable.
Expected<bool> write_new_folder(const std::filesystem::path& folder, const std::map<std::string, std::string>& files);

// Writes files (by relative path) into `folder`, which must not be there yet or be empty; each appears whole, and none
// is overwritten. kStorage where the folder holds something.
Expected<void> write_into_empty_folder(const std::filesystem::path& folder,
                                       const std::map<std::string, std::string>& files);

}  // namespace straylane
