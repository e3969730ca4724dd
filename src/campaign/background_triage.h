#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "campaign/bucket_folders.h"
#include "campaign/fuzz_options.h"
#include "os/child.h"

namespace straylane {

struct JudgedInput;

// Runs failing inputs of a campaign again and minimises them, one after another, in a process of its own, while the
// engines go on. The bucket of an input that ended an engine process is not known until then.
class BackgroundTriage {
 public:
  static constexpr std::size_t kArtifactsMax = 1'000;   // inputs that wait; more are refused
  static constexpr std::chrono::seconds kTimeMax{600};  // for one input

  // `temporary`: a folder that exists only while a process may use it.
  BackgroundTriage(const FuzzOptions& options, BucketFolders& buckets, std::filesystem::path temporary)
      : options_(options), buckets_(buckets), temporary_(std::move(temporary)) {}

  void add_bucket(const std::string& bucket);
  // Adds an input that ended an engine process. False if too many wait; the caller keeps the file then.
  bool add_artifact(const std::filesystem::path& artifact, std::uint32_t job);

  // Starts what is due and takes the result of what has ended, without waiting. Gives the bucket that became known by
  // it, if there is one.
  // Errors: kStorage, kInternal.
  Expected<std::optional<std::string>> advance(double time_s);

  void stop() { task_.reset(); }  // kills what runs

  bool idle() const { return !task_ && waiting() == 0; }
  std::size_t waiting() const { return buckets_waiting_.size() + artifacts_waiting_.size(); }
  std::string minimizing() const;  // the bucket or file that is worked on; empty if there is none
  // Inputs that ended an engine process and did not fail when they were run again. They stay where they are.
  const std::vector<std::filesystem::path>& not_reproduced() const { return not_reproduced_; }

 private:
  struct Artifact {
    std::filesystem::path path;
    std::uint32_t job = 0;
  };

  Expected<void> start();
  Expected<std::optional<std::string>> take(const JudgedInput& judged, double time_s);

  const FuzzOptions& options_;
  BucketFolders& buckets_;
  std::filesystem::path temporary_;
  std::deque<std::string> buckets_waiting_;
  std::deque<Artifact> artifacts_waiting_;
  std::optional<ForkedTask> task_;
  std::string bucket_;                // what `task_` works on, or
  std::optional<Artifact> artifact_;  // the input
  std::vector<std::filesystem::path> not_reproduced_;
};

}  // namespace straylane
