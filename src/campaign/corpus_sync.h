#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

#include "campaign/corpus_folder.h"

namespace straylane {

// Shares a corpus with the campaigns of other machines through a folder that all of them reach: what one has found and
// the folder has not goes there, and what others have put there comes back; libFuzzer takes it in within a second. A file
// appears whole, and is named by its content, so that nobody waits for anybody. What an engine has taken away since,
// because a smaller input does the same, is not fetched again.
class CorpusSync {
 public:
  static constexpr std::size_t kFilesMax = 20;   // in one exchange, in each direction

  CorpusSync(CorpusFolder& own, std::filesystem::path shared) : own_(own), shared_(std::move(shared)) {}

  struct Exchange {
    std::uint64_t given = 0;
    std::uint64_t taken = 0;
    bool more = false;   // a bound was reached
    std::string failed;  // why the shared folder could not be read or written; the next exchange may be luckier
  };
  // Errors: kStorage of the own corpus.
  Expected<Exchange> exchange();

 private:
  Expected<void> give(const std::set<std::string>& own, const std::set<std::string>& shared, Exchange& done);
  Expected<void> take(const std::set<std::string>& own, const std::set<std::string>& shared, Exchange& done);

  CorpusFolder& own_;
  std::filesystem::path shared_;
  std::set<std::string> known_;  // names that have been exchanged
};

}  // namespace straylane
