#pragma once

#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace straylane {

// What a file or folder is by lstat: its kind, content or where it leads, and when it was written.
struct FileState {
  std::filesystem::file_type type = std::filesystem::file_type::none;
  std::string content;          // of a file; of a link, where it leads
  std::int64_t written_ns = 0;  // of files and links: a folder's changes with what comes beside its files

  bool operator==(const FileState&) const = default;
};

// Everything below `folder`, links not followed.
std::map<std::filesystem::path, FileState> state_of(const std::filesystem::path& folder);

// Files, folders, links and fifos below `folder` whose names are those that Straylane gives, or anything. Links lead to
// each other, out of the folder (to `outside`) or nowhere. Gives the names right in it.
std::vector<std::string> make_foreign_tree(std::mt19937_64& random, const std::filesystem::path& folder,
                                           const std::filesystem::path& outside);

// A name that Straylane might have given.
std::string foreign_name(std::mt19937_64& random);

std::uint64_t below(std::mt19937_64& random, std::uint64_t bound);

}  // namespace straylane
