#pragma once

#include <cstdint>
#include <filesystem>

#include "domain/error.h"

namespace straylane {

// What must stay free where no one says how much: 64 MiB, and of a small file system a sixteenth.
std::uint64_t default_min_free(const std::filesystem::path& folder);

// kStorage, naming the folder and both figures, where less than `min_free` bytes are free for this user on its file
// system, or no file can be made there (inodes).
Expected<void> check_space(const std::filesystem::path& folder, std::uint64_t min_free);

}  // namespace straylane
