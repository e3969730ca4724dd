#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/discovery_estimate.h"

namespace straylane {

// Of a bucket, as an engine process tells it.
struct ToldFailure {
  std::string bucket;
  std::uint64_t count = 0;          // failing executions of that engine process so far
  std::vector<std::uint8_t> input;  // a smaller one than those told before; empty for none
  std::string message;              // with an input

  bool operator==(const ToldFailure&) const = default;
};

// An input that ended a process of an engine which goes on with another one.
struct EndedBy {
  int signal = 0;
  std::vector<std::uint8_t> input;

  bool operator==(const EndedBy&) const = default;
};

// What one engine process says on stderr, read line by line: libFuzzer's status lines
//
//   INFO: seed corpus: files: 13 min: 7b max: 19b total: 123b rss: 87Mb
//   #8192   NEW    ft: 120 corp: 30/1Kb lim: 4096 exec/s: 2048 rss: 40Mb
//   artifact_prefix='out/'; Test unit written to out/crash-0123
//   stat::number_of_executed_units: 9717
//
// and our own: "straylane: failing ..", "straylane: progress .." (fuzz/campaign_voice.h), "straylane: error: REASON"
// (fuzz/launch_session.h), "straylane: coverage 9 of 10 edges of device code" (fuzz/open_in_process.cc). An engine may run
// its inputs in processes below it, one after another: each says "straylane: begins", and counts from 0.
class FuzzLog {
 public:
  // Any piece of the output; a line counts when it is complete.
  void add(std::string_view text);

  std::uint64_t executions() const { return executions_; }
  std::uint64_t features() const { return features_; }
  std::uint64_t corpus_size() const { return corpus_size_; }  // inputs that the engine has taken into its own
  std::uint64_t new_inputs() const { return new_inputs_; }    // that showed something new since the corpus was read
  std::uint64_t files_read() const { return files_read_; }    // of the corpus and the seeds, at its start
  std::uint64_t schedules() const { return schedules_; }      // distinct, an estimate
  const DiscoveryEstimate& seen() const { return seen_; }     // runs, classes, singletons and doubletons of it only
  bool ready() const { return ready_; }                       // it has begun to run them
  std::uint64_t edges_reached() const { return edges_reached_; }  // of device code; 0 where it is not counted
  std::uint64_t edges() const { return edges_; }
  // Inputs that libFuzzer wrote because they ended its process.
  const std::vector<std::string>& artifacts() const { return artifacts_; }
  // The reason it gave for an end that is no finding; else its last line that is none of the above.
  const std::string& reason() const { return error_.empty() ? last_line_ : error_; }
  // With which the process that runs the inputs ended for such a reason: the engine need not have ended with it.
  const std::optional<int>& exit_status() const { return exit_status_; }

  // What an engine says in a file instead.
  void take_figures(std::uint64_t executions, std::uint64_t features, std::uint64_t new_inputs, std::uint64_t files_read);

  // What has been told since this was last asked.
  std::vector<ToldFailure> take_failures();
  bool failures_left() const { return !failures_.empty(); }
  std::vector<EndedBy> take_ended_by();

 private:
  void add_line(std::string_view line);
  void add_status(std::string_view line);
  void add_progress(std::string_view line);
  void add_failure(std::string_view told);
  void add_ended_by(std::string_view told);
  void begin_process();

  std::string rest_;  // of a line that is not complete
  std::uint64_t executions_ = 0;
  std::uint64_t features_ = 0;
  std::uint64_t corpus_size_ = 0;
  std::uint64_t new_inputs_ = 0;
  std::uint64_t files_read_ = 0;
  std::uint64_t schedules_ = 0;
  DiscoveryEstimate seen_;
  bool ready_ = false;
  std::uint64_t edges_reached_ = 0;
  std::uint64_t edges_ = 0;
  std::vector<std::string> artifacts_;
  std::vector<ToldFailure> failures_;
  std::vector<EndedBy> ended_by_;
  // Of the processes before the last one that began.
  std::uint64_t executions_before_ = 0;
  std::uint64_t schedules_before_ = 0;
  std::map<std::string, std::uint64_t> counts_before_;
  std::map<std::string, std::uint64_t> counts_;
  std::optional<int> exit_status_;
  std::string error_;
  std::string last_line_;
};

}  // namespace straylane
