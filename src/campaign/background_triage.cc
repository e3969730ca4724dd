#include "campaign/background_triage.h"

#include <cstdlib>
#include <system_error>
#include <utility>

#include "campaign/left_over_cleaner.h"
#include "codec/bytes_codec.h"
#include "os/files.h"

namespace straylane {

namespace fs = std::filesystem;

void BackgroundTriage::add_bucket(const std::string& bucket) {
  if (options_.finding_hooks) buckets_waiting_.push_back(bucket);
}

bool BackgroundTriage::add_artifact(const fs::path& artifact, std::uint32_t job) {
  if (artifacts_waiting_.size() >= kArtifactsMax) return false;
  artifacts_waiting_.push_back({artifact, job});
  return true;
}

std::string BackgroundTriage::minimizing() const {
  if (!task_) return "";
  return artifact_ ? artifact_->path.filename().string() : bucket_;
}

Expected<std::vector<std::string>> BackgroundTriage::advance(double time_s) {
  if (task_) {
    if (!task_->advance()) return std::vector<std::string>();
    const auto& text = task_->result();
    const JudgedInput judged = text ? judged_from(*text) : JudgedInput{"", "", "failed", "", text.error().message};
    task_.reset();
    LeftOvers{{temporary_}, {options_.out}}.remove();
    auto taken = take(judged, time_s);
    bucket_.clear();
    artifact_.reset();
    return taken;
  }
  if (auto ok = start(); !ok) return tl::unexpected(ok.error());
  return std::vector<std::string>();
}

// Artifacts first: what they are is not known yet.
Expected<void> BackgroundTriage::start() {
  if (waiting() == 0) return {};
  fs::path input;
  if (!artifacts_waiting_.empty()) {
    artifact_ = std::move(artifacts_waiting_.front());
    artifacts_waiting_.pop_front();
    input = artifact_->path;
  } else {
    bucket_ = std::move(buckets_waiting_.front());
    buckets_waiting_.pop_front();
    const BucketRecord* record = buckets_.find(bucket_);
    if (record == nullptr || record->minimization != "waiting") return {};
    input = buckets_.smallest_of(*record);
  }
  std::error_code error;
  fs::create_directories(temporary_, error);
  if (error) return make_error(ErrorCode::kStorage, temporary_.string() + ": " + error.message());
  auto task = ForkedTask::start(
      [this, input, done = done()] {
        setenv("TMPDIR", temporary_.c_str(), 1);
        return to_text(judge_input(options_, input, done));
      },
      kTimeMax);
  if (!task) return tl::unexpected(task.error());
  task_ = std::move(*task);
  return {};
}

std::set<std::string> BackgroundTriage::done() const {
  std::set<std::string> done;
  for (const BucketRecord& record : buckets_.records()) {
    if (record.minimization != "waiting") done.insert(record.bucket);
  }
  return done;
}

Expected<std::vector<std::string>> BackgroundTriage::take(const JudgedInput& judged, double time_s) {
  std::vector<std::string> found;
  if (!artifact_) {
    buckets_.set_minimization(bucket_, judged.minimization, judged.folder, judged.reason);
    return found;
  }
  if (judged.bucket.empty()) {
    not_reproduced_.push_back(artifact_->path);
    return found;
  }
  const auto bytes = read_file(artifact_->path, byte_bounds::kInputFileMax);
  if (!bytes) return tl::unexpected(bytes.error());
  const ToldFailure told{judged.bucket, 1, {bytes->begin(), bytes->end()}, judged.message};
  const auto added = buckets_.add(told, 1, time_s, artifact_->job);
  if (!added) return tl::unexpected(added.error());
  if (*added) found.push_back(judged.bucket);
  const BucketRecord* record = buckets_.find(judged.bucket);
  if (record != nullptr && record->minimization == "waiting" && options_.finding_hooks) {
    buckets_.set_minimization(judged.bucket, judged.minimization, judged.folder, judged.reason);
  }
  std::error_code error;
  fs::remove(artifact_->path, error);  // it is in its bucket's folder, or larger than what is there
  return found;
}

}  // namespace straylane
