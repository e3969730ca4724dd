#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/discovery_estimate.h"

namespace straylane {

// A failure as an engine process tells it.
struct ToldFailure {
  std::string bucket;
  std::uint64_t count = 0;          // failing executions since the bucket was told last
  std::vector<std::uint8_t> input;  // a smaller one than those told before; empty if there is none
  std::string message;              // empty without an input

  bool operator==(const ToldFailure&) const = default;
};

// An input that ended a process below an engine. The engine goes on with another process.
struct EndedBy {
  int signal = 0;
  std::vector<std::uint8_t> input;

  bool operator==(const EndedBy&) const = default;
};

// The figures of an engine process, or of several together.
struct EngineFigures {
  std::uint64_t executions = 0;
  std::uint64_t new_inputs = 0;  // inputs that showed something new after the corpus was read
  std::uint64_t schedules = 0;   // distinct, an estimate
  std::uint64_t features = 0;
  std::uint64_t edges_reached = 0;  // of device code; 0 if they are not counted
  std::uint64_t edges = 0;
  std::uint64_t files_read = 0;  // of the corpus and the seeds, at the start

  // Takes in the figures of another process: adds up executions, inputs and schedules, and keeps the larger number of
  // the others.
  void add(const EngineFigures& other);
};

// Reads what one engine process says on stderr, line by line: libFuzzer's status lines
//
//   INFO: seed corpus: files: 13 min: 7b max: 19b total: 123b rss: 87Mb
//   #8192   NEW    ft: 120 corp: 30/1Kb lim: 4096 exec/s: 2048 rss: 40Mb
//   artifact_prefix='out/'; Test unit written to out/crash-0123
//   stat::number_of_executed_units: 9717
//
// and our own: "straylane: failing ..", "straylane: progress .." (fuzz/campaign_voice.h), "straylane: error: REASON"
// (fuzz/launch_session.h), "straylane: coverage 9 of 10 edges of device code" (fuzz/open_in_process.cc). An engine may
// run its inputs in child processes, one after another. Each of them says "straylane: begins" and counts from 0.
class FuzzLog {
 public:
  // Takes any piece of the output. A line counts once it is complete.
  void add(std::string_view text);
  // Takes figures that an engine writes into a file instead.
  void add_from_file(const EngineFigures& figures);

  const EngineFigures& figures() const { return figures_; }
  // Only runs, classes, singletons and doubletons are known.
  const DiscoveryEstimate& seen() const { return seen_; }
  bool ready() const { return ready_; }  // the engine has begun to run inputs
  // Files that libFuzzer wrote for inputs that ended its process.
  const std::vector<std::string>& artifacts() const { return artifacts_; }
  // The engine's reason for an end that is not a finding, or else its last line of no other meaning.
  const std::string& reason() const { return error_.empty() ? last_line_ : error_; }
  // The exit status of the process that runs the inputs, if it ended for such a reason. The engine may still run.
  const std::optional<int>& exit_status() const { return exit_status_; }

  // Give what has been told since the last call.
  std::vector<ToldFailure> take_failures();
  std::vector<EndedBy> take_ended_by();
  bool failures_left() const { return !failures_.empty(); }

 private:
  void add_line(std::string_view line);
  void add_status(std::string_view line);
  void add_progress(std::string_view line);
  void add_failure(std::string_view told);
  void add_ended_by(std::string_view told);
  void begin_process();

  std::string rest_;  // the beginning of a line that is not complete
  EngineFigures figures_;
  DiscoveryEstimate seen_;
  bool ready_ = false;
  std::vector<std::string> artifacts_;
  std::vector<ToldFailure> failures_;
  std::vector<EndedBy> ended_by_;
  EngineFigures earlier_;                        // figures when the last child process began
  std::map<std::string, std::uint64_t> counts_;  // of the last child process, by bucket
  std::optional<int> exit_status_;
  std::string error_;
  std::string last_line_;
};

}  // namespace straylane
