#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "campaign/corpus_folder.h"
#include "campaign/fuzz_options.h"
#include "domain/error.h"

namespace straylane {

// What afl-fuzz says of itself in its fuzzer_stats, which it writes once a minute and at its end; 0 until then.
struct AflFigures {
  std::uint64_t executions = 0;
  std::uint64_t features = 0;  // counters that were ever not zero

  bool operator==(const AflFigures&) const = default;
};

AflFigures afl_figures_from(const std::string& fuzzer_stats);

// The files of one process of afl-fuzz. It cannot be told to write elsewhere than into folders of its own, and a file of
// its queue is not there whole or not at all: so these are temporary, and the supervisor puts what is new into the corpus.
//
//   1. make: a folder for what it starts from, corpus and seeds (as hard links where the disk lets them be)
//   2. command: its command line
//   3. take_inputs, again and again and once behind its end
//   4. the destructor removes all of it
class AflProcess {
 public:
  // `folder`: shared by the processes of a campaign, which exchange inputs through it. `start`: how many processes the
  // campaign started before; names are never used twice. kStorage.
  static Expected<std::unique_ptr<AflProcess>> make(const std::filesystem::path& folder, const FuzzOptions& options,
                                                    std::uint32_t job, std::uint64_t start);
  AflProcess(const AflProcess&) = delete;
  AflProcess& operator=(const AflProcess&) = delete;
  ~AflProcess();

  // `afl_fuzz`, `binary`: paths. `runs_done`: by earlier processes of the same job.
  std::vector<std::string> command(const std::string& afl_fuzz, const std::string& binary, const FuzzOptions& options,
                                   std::uint64_t runs_done) const;
  std::uint64_t files_read() const { return files_read_; }  // that it starts from

  // Adds to the corpus what showed something new, at most once a second; `at_end`: also what may just have been written. Gives
  // how many there were so far. kStorage.
  Expected<std::uint64_t> take_inputs(bool at_end);
  AflFigures figures() const;

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
  std::set<std::string> taken_;  // names of files of its queue
  std::uint64_t files_read_ = 0;
  std::uint64_t new_inputs_ = 0;
  std::chrono::steady_clock::time_point next_;
};

// What afl-fuzz needs to know beside its command line: that nobody looks at its screen, that it shall not choose a processor, and that
// what its child says on stderr is kept.
std::vector<std::pair<std::string, std::string>> afl_environment();

// The path of afl-fuzz. kUnsupported, with the package that it is in.
Expected<std::string> find_afl_fuzz();

}  // namespace straylane
