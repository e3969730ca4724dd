#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "campaign/fuzz_options.h"
#include "domain/error.h"

namespace straylane {

struct CorpusImport {
  std::uint64_t added = 0;
  std::uint64_t there = 0;    // inputs that were in the corpus already
  std::uint64_t no_case = 0;  // files that are empty or larger than any case: left out
};

// A folder of inputs in libFuzzer's form: flat, each file named by the SHA-1 of its content. Files appear as a whole.
// The caller checks that the folder is one of ours (folder_marker.h).
class CorpusFolder {
 public:
  explicit CorpusFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }

  // Gives the number of files. Counts again only if the folder has changed, and for at most a fiftieth of the time.
  std::uint64_t count();

  // Adds an input. True if it is new.
  // Errors: kStorage.
  Expected<bool> add(const std::string& bytes);

  // Removes the input with that name. True if there was one: a file whose name is the SHA-1 of its content. Other files
  // stay.
  bool remove(const std::string& name);

  // Adds every file in `from`, whatever its name is. Does not look into folders, and counts what is not a case.
  // Errors: kStorage.
  Expected<CorpusImport> import_from(const std::filesystem::path& from);

 private:
  std::filesystem::path path_;
  std::uint64_t count_ = 0;
  std::filesystem::file_time_type counted_at_;
  std::chrono::steady_clock::time_point next_count_;
};

// Shares a corpus with campaigns on other machines through a folder that all of them reach. Inputs that the folder
// lacks are copied there, and inputs of others are copied here; libFuzzer reads those within a second. A file appears
// as a whole and is named by its content, so no machine waits for another. An input that the engine has removed since,
// because a smaller one does the same, is not copied again.
class CorpusSync {
 public:
  static constexpr std::size_t kFilesMax = 20;  // in one exchange, in each direction

  CorpusSync(CorpusFolder& own, std::filesystem::path shared) : own_(own), shared_(std::move(shared)) {}

  struct Exchange {
    std::uint64_t given = 0;
    std::uint64_t taken = 0;
    bool more = false;   // kFilesMax was reached
    std::string failed;  // why the shared folder could not be read or written; the next exchange may succeed
  };
  // Copies inputs in both directions.
  // Errors: kStorage for our own corpus.
  Expected<Exchange> exchange();

 private:
  // Copies the inputs `names` of `from` that `to`, whose inputs are `there`, lacks. False if kFilesMax was reached.
  Expected<bool> copy(const CorpusFolder& from, const std::set<std::string>& names, CorpusFolder& to,
                      const std::set<std::string>& there, std::uint64_t& copied);

  CorpusFolder& own_;
  CorpusFolder shared_;
  std::set<std::string> known_;  // names of inputs that have been exchanged
};

// Gives the names of the inputs in `folder`: regular files that are not temporary.
// Errors: kStorage.
Expected<std::set<std::string>> inputs_in(const std::filesystem::path& folder);

// Runs every input in `from` and adds to the corpus `into` those that show something new, compared with `into` and with
// the inputs added before (libFuzzer's -merge=1). Gives the number of added inputs.
// Reads `target`, `python`, `kernel` and `interrupted` of `options`, and ignores the rest.
// Precondition: all folders exist.
// Errors: kUsage if `into` is not marked as a corpus (folder_marker.h); kUnsupported; kStorage; kInterrupted, with the
// inputs that were added complete; kInternal if the engine failed.
Expected<std::uint64_t> merge_corpus(const FuzzOptions& options, const std::filesystem::path& into,
                                     const std::vector<std::filesystem::path>& from);

// Reduces `corpus` to a part that shows all that it shows, with a preference for small inputs (libFuzzer's
// -set_cover_merge=1). Removes the others once that part is known, except files that are not named by their content,
// which are not ours. Gives the number of removed inputs.
// Errors: as above, with nothing removed.
Expected<std::uint64_t> minimize_corpus(const FuzzOptions& options, const std::filesystem::path& corpus);

inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace straylane
