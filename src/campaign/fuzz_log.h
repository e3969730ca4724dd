#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace straylane {

// What one process of fuzz_launch says on stderr, read line by line: libFuzzer's status lines
//
//   #8192   pulse  ft: 120 corp: 30/1Kb lim: 4096 exec/s: 2048 rss: 40Mb
//   artifact_prefix='out/'; Test unit written to out/crash-0123
//   stat::number_of_executed_units: 9717
//
// and our own, "straylane: finding BUCKET", "straylane: input PATH", "straylane: error: REASON"
// (fuzz/launch_session.h), "straylane: coverage 9 of 10 edges of device code" (fuzz/open_in_process.cc).
class FuzzLog {
 public:
  // Any piece of the output; a line counts when it is complete.
  void add(std::string_view text);

  std::uint64_t executions() const { return executions_; }
  std::uint64_t executions_per_s() const { return executions_per_s_; }
  std::uint64_t features() const { return features_; }
  std::uint64_t corpus_size() const { return corpus_size_; }
  std::uint64_t edges_reached() const { return edges_reached_; }  // of device code; 0 where it is not counted
  std::uint64_t edges() const { return edges_; }
  const std::vector<std::string>& buckets() const { return buckets_; }
  const std::vector<std::string>& artifacts() const { return artifacts_; }
  // The reason it gave for an end that is no finding; else its last line that is neither of the above.
  const std::string& reason() const { return error_.empty() ? last_line_ : error_; }

 private:
  void add_line(std::string_view line);
  void add_status(std::string_view line);

  std::string rest_;  // of a line that is not complete
  std::uint64_t executions_ = 0;
  std::uint64_t executions_per_s_ = 0;
  std::uint64_t features_ = 0;
  std::uint64_t corpus_size_ = 0;
  std::uint64_t edges_reached_ = 0;
  std::uint64_t edges_ = 0;
  std::vector<std::string> buckets_;
  std::vector<std::string> artifacts_;
  std::string error_;
  std::string last_line_;
};

}  // namespace straylane
