#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/campaign_records.h"
#include "domain/error.h"
#include "hunt/hunt.h"
#include "program/program.h"

namespace straylane {

// What mutates the inputs of a campaign. Both engines run the same entry points (fuzz/README.md).
enum class Engine { kLibfuzzer, kAfl };
const char* to_string(Engine engine);

// Reads "libfuzzer" or "afl".
// Errors: kUsage for any other name.
Expected<Engine> engine_from(const std::string& name);

// What is shown while a campaign runs.
struct FuzzStatus {
  CampaignTick tick;
  double time_left_s = -1;  // -1: no end
  std::uint64_t edges = 0;  // all edges of device code; 0 if they are not counted
  // Good's estimate of the chance that the next run shows a behaviour that its job has not seen: the largest over all
  // jobs, or -1 if it is not known yet.
  double chance_of_new = -1;
  std::string minimizing;   // the bucket or input that is being minimised; empty for none
  std::size_t waiting = 0;  // buckets and inputs that wait for it
};

struct FuzzOptions {
  std::string folder;  // of the campaign; made if it is missing
  bool resume = false;
  Engine engine = Engine::kLibfuzzer;
  std::string target = {};
  std::string program = {};  // empty: the target's own
  std::string python = "/usr/bin/python3";
  std::string kernel = {};                     // path of a user's kernel; empty: the factory's
  std::string corpus = {};                     // new inputs are added to it; empty: `folder`/corpus
  std::string sync = {};                       // a folder that campaigns of several machines share; empty: none
  std::vector<std::string> seeds = {};         // existing folders, which are only read
  std::string out = "findings";                // where minimised findings go
  double time_s = 60;                          // of this session; 0: without end
  std::uint32_t jobs = 1;                      // engine processes; they share the corpus
  std::uint64_t stop_after = 1;                // the number of new buckets that ends the session; 0: none
  bool stop_at_plateau = false;                // campaign/stop_rules.h
  std::uint64_t runs_max = 0;                  // of each job; 0: no limit
  std::uint64_t seed = 1;                      // of the first job; each further one has the next number
  std::optional<std::uint64_t> min_free = {};  // bytes; default_min_free if not set
  std::uint32_t rss_mb_max = 2'048;
  std::uint32_t input_time_s = 20;  // time limit of one input in fuzz_host; a worker has its own watchdog
  double minimize_at_end_s = 60;    // for findings that wait when the session ends, unless it is interrupted

  // Called several times a second. The session ends within two seconds of `true`, with its report.
  std::function<bool()> interrupted = [] { return false; };
  std::function<void(const FuzzStatus&)> on_status = [](const auto&) {};    // about once a second
  std::function<void(const BucketRecord&)> on_bucket = [](const auto&) {};  // once for each, over all sessions
  std::function<void(const std::string& line)> say = [](const auto&) {};    // other news for people
  std::optional<HuntHooks> finding_hooks = {};                              // without them nothing is minimised
};

// Gives the program of the campaign: the one that is named, or the target's own.
const Program& program_of(const FuzzOptions& options);

// Gives the options that a campaign keeps for `--resume`, by their names on the command line. Paths are kept as seen
// from `options.folder` (campaign_folders.h), except that of the interpreter.
std::map<std::string, std::string> options_to_keep(const FuzzOptions& options);

// Restores kept options.
//
// - Options in `named`, which are those of this command line, keep the value that they have in `options`.
// - kUsage if `target`, `python`, `kernel` or `corpus` is named and differs from the campaign's. Kernels are compared
//   by their file names only. A corpus outside the campaign may differ.
// - A program is run, or a folder outside the campaign written to, only if this command line names it: an interpreter
//   other than that of `options`, and such folders, must be among `named`. kUsage lists those that are not.
// - `time_passed_s`: the time of all sessions so far. Unless "time" is named, the session has what is left; kUsage if
//   nothing is left.
Expected<void> restore_options(const std::map<std::string, std::string>& kept, const std::set<std::string>& named,
                               double time_passed_s, FuzzOptions& options);

}  // namespace straylane
