#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "campaign/campaign_store.h"
#include "campaign/engine.h"
#include "domain/error.h"
#include "hunt/hunt.h"
#include "program/program.h"

namespace straylane {

// What is shown while a campaign runs.
struct FuzzStatus {
  CampaignTick tick;
  double time_left_s = -1;      // -1: no end
  std::uint64_t edges = 0;      // that there are, of device code; 0 where it is not counted
  // Of the job that has seen least of it: that its next run shows a behaviour (which code met which) that it has not
  // seen, by Good's estimate; -1 where that is not known yet.
  double chance_of_new = -1;
  std::string minimizing;       // the bucket that is being minimised; empty for none
  std::size_t waiting = 0;      // buckets and inputs that wait for it
};

struct FuzzOptions {
  std::string folder;  // of the campaign; made where it is missing
  bool resume = false;
  Engine engine = Engine::kLibfuzzer;
  std::string target;
  std::string program;             // empty: the target's own
  std::string python = "/usr/bin/python3";
  std::string kernel;              // path of a user's kernel; empty: the factory's
  std::string corpus;              // what is new is added to it; empty: `folder`/corpus
  std::string sync;                // a folder that campaigns of several machines share (corpus_sync.h); empty: none
  std::vector<std::string> seeds;  // folders that exist and are only read
  std::string out = "findings";    // where minimised findings go
  double time_s = 60;              // of this session; 0: without end
  std::uint32_t jobs = 1;          // engine processes; they share the corpus
  std::uint64_t stop_after = 1;    // new buckets that end the session; 0: none does
  bool stop_at_plateau = false;    // campaign/stop_rules.h
  std::uint64_t runs_max = 0;      // of each job; 0: no limit
  std::uint64_t seed = 1;          // of the first job; the next has the next
  std::optional<std::uint64_t> min_free;  // bytes; default_min_free where it is not said
  std::uint32_t rss_mb_max = 2'048;
  std::uint32_t input_time_s = 20;  // that one input may take, in fuzz_host; a worker has its own watchdog
  double minimize_at_end_s = 60;    // for findings that wait when the session ends; not where it is interrupted

  // Asked several times a second. The session then ends within two seconds, with its report.
  std::function<bool()> interrupted;
  std::function<void(const FuzzStatus&)> on_status;         // about once a second
  std::function<void(const BucketRecord&)> on_bucket;       // once for each, over all sessions
  std::function<void(const std::string& line)> say;         // what else a person should know
  std::optional<HuntHooks> finding_hooks;                   // without them nothing is minimised
};

// The program of the campaign: the one that is named, or the target's own.
const Program& program_of(const FuzzOptions& options);

// The options that a campaign keeps for `--resume`, by the names that they have on the command line, and back; paths as
// seen from `options.folder` (kept_path.h), but for the interpreter. Of those in `named` the values that `options` has
// are kept; where `target`, `python`, `kernel` or `corpus` is among them and another than the campaign's, that is
// kUsage (of a kernel the file's name counts, of a corpus one inside of the campaign).
//
// Nothing is run and nothing is written to that was not named on this command line: another interpreter than
// `options` has, and folders outside of the campaign's, must be among `named`; kUsage lists those that are not.
//
// `time_passed_s`: what all sessions so far took; without "time" among `named` the session has what was left, and
// kUsage says so where that is nothing.
std::map<std::string, std::string> options_to_keep(const FuzzOptions& options);
Expected<void> restore_options(const std::map<std::string, std::string>& kept, const std::set<std::string>& named,
                               double time_passed_s, FuzzOptions& options);

}  // namespace straylane
