#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>

#include "domain/error.h"

namespace straylane {

struct CorpusImport {
  std::uint64_t added = 0;
  std::uint64_t there = 0;    // were in the corpus already
  std::uint64_t no_case = 0;  // empty, or larger than any case: left out
};

// A folder of inputs as libFuzzer has it: flat, each file named by the SHA-1 of its content. Files appear whole.
// Whether it is one of ours is the caller's to ask (folder_marker.h).
class CorpusFolder {
 public:
  explicit CorpusFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }

  // How many files there are. Counted anew where the folder has changed, and at most a fiftieth of the time.
  std::uint64_t count();

  // Whether `bytes` came on top. kStorage.
  Expected<bool> add(const std::string& bytes);

  // Removes that input: a file of that name whose content has it as its SHA-1. Whether there was one; other files stay.
  bool remove(const std::string& name);

  // Adds every file in `from`, whatever it is called; folders in it are not looked into. kStorage; kMalformed is none:
  // what is no case is counted.
  Expected<CorpusImport> import_from(const std::filesystem::path& from);

 private:
  std::filesystem::path path_;
  std::uint64_t count_ = 0;
  std::filesystem::file_time_type counted_at_;
  std::chrono::steady_clock::time_point next_count_;
};

// The names of the files in `folder` that are inputs: regular, not temporary. kStorage.
Expected<std::set<std::string>> inputs_in(const std::filesystem::path& folder);

}  // namespace straylane
