#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "campaign/bucket_folders.h"
#include "campaign/fuzz_options.h"
#include "campaign/judge_input.h"
#include "os/forked_task.h"

namespace straylane {

// Minimises the findings of a campaign one after another, in a process of its own (judge_input.h), while the engines go
// on. Inputs that ended an engine process have no bucket until they have been here.
class BackgroundTriage {
 public:
  static constexpr std::size_t kArtifactsMax = 1'000;  // that wait; more are not taken
  static constexpr std::chrono::seconds kTimeMax{600};  // for one

  // `temporary`: a folder that is there only while a process may use it.
  BackgroundTriage(const FuzzOptions& options, BucketFolders& buckets, std::filesystem::path temporary)
      : options_(options), buckets_(buckets), temporary_(std::move(temporary)) {}

  void add_bucket(const std::string& bucket);
  // An input that ended an engine process. False where too many wait; the file is the caller's then.
  bool add_artifact(const std::filesystem::path& artifact, std::uint32_t job);

  // Starts what is due and takes in what has ended, without waiting. Gives the buckets that are new by it. kStorage,
  // kInternal.
  Expected<std::vector<std::string>> advance(double time_s);

  void stop() { task_.reset(); }  // kills what is at work

  bool idle() const { return !task_ && waiting() == 0; }
  std::size_t waiting() const { return buckets_waiting_.size() + artifacts_waiting_.size(); }
  std::string minimizing() const;  // what is at work, in words; empty for nothing
  // Inputs that ended an engine process and did not fail when they were run again. They stay where they are.
  const std::vector<std::filesystem::path>& not_reproduced() const { return not_reproduced_; }

 private:
  struct Artifact {
    std::filesystem::path path;
    std::uint32_t job = 0;
  };

  Expected<void> start();
  Expected<std::vector<std::string>> take(const JudgedInput& judged, double time_s);
  std::set<std::string> done() const;

  const FuzzOptions& options_;
  BucketFolders& buckets_;
  std::filesystem::path temporary_;
  std::deque<std::string> buckets_waiting_;
  std::deque<Artifact> artifacts_waiting_;
  std::optional<ForkedTask> task_;
  std::string bucket_;                // that `task_` is about, or
  std::optional<Artifact> artifact_;  // the input
  std::vector<std::filesystem::path> not_reproduced_;
};

}  // namespace straylane
