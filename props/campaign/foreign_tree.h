#pragma once

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace straylane {

// The state of a file or folder by lstat: its kind, its content or where it leads, and when it was written.
struct FileState {
  std::filesystem::file_type type = std::filesystem::file_type::none;
  std::string content;          // of a file; for a link, where it leads
  std::int64_t written_ns = 0;  // of files and links only, since a folder's time changes when a file is added

  bool operator==(const FileState&) const = default;
};

// Everything below `folder`. Links are not followed.
std::map<std::filesystem::path, FileState> state_of(const std::filesystem::path& folder);

// Makes files, folders, links and fifos below `folder`. Some names are ones that Straylane gives, others are arbitrary.
// Links lead to each other, out of the folder (to `outside`) or nowhere. Returns the names directly in `folder`.
std::vector<std::string> make_foreign_tree(std::mt19937_64& random, const std::filesystem::path& folder,
                                           const std::filesystem::path& outside);

// A name that Straylane might have given.
std::string foreign_name(std::mt19937_64& random);

std::uint64_t below(std::mt19937_64& random, std::uint64_t bound);

}  // namespace straylane
