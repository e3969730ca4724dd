#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "campaign/corpus_folder.h"
#include "campaign/fuzz_log.h"
#include "campaign/fuzz_options.h"
#include "domain/error.h"

namespace straylane {

// The files of one afl-fuzz process. afl-fuzz writes only into folders of its own, and its queue files do not appear as
// a whole. These folders are therefore temporary, and the supervisor copies new inputs into the corpus.
//
//   1. make: fills a folder with the corpus and the seeds, by hard links where the disk allows them
//   2. command: gives the command line
//   3. take_inputs: again and again, and once after the process has ended
//   4. the destructor removes everything
class AflProcess {
 public:
  // `folder`: shared by the processes of a campaign, which exchange inputs through it.
  // `start`: how many processes the campaign has started before; no name is used twice.
  // Errors: kStorage.
  static Expected<std::unique_ptr<AflProcess>> make(const std::filesystem::path& folder, const FuzzOptions& options,
                                                    std::uint32_t job, std::uint64_t start);
  AflProcess(const AflProcess&) = delete;
  AflProcess& operator=(const AflProcess&) = delete;
  ~AflProcess();

  // `afl_fuzz`, `binary`: paths. `runs_done`: by earlier processes of the same job.
  std::vector<std::string> command(const std::string& afl_fuzz, const std::string& binary, const FuzzOptions& options,
                                   std::uint64_t runs_done) const;

  // Adds new inputs to the corpus, at most once a second. `at_end`: also those that may just have been written.
  // Gives the figures of the process so far. afl-fuzz writes its own once a minute and when it ends; they are 0 until
  // then.
  // Errors: kStorage.
  Expected<EngineFigures> take_inputs(bool at_end);

 private:
  AflProcess(std::filesystem::path folder, std::string name, const FuzzOptions& options);
  Expected<void> gather(const std::filesystem::path& from);
  std::filesystem::path input_folder() const { return folder_ / (name_ + ".in"); }
  std::filesystem::path output_folder() const { return folder_ / "out"; }

  std::filesystem::path folder_;
  std::string name_;
  bool is_main_ = false;
  std::uint64_t seed_ = 1;
  CorpusFolder corpus_;
  std::set<std::string> taken_;  // names of queue files
  EngineFigures figures_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace straylane
