#include "campaign/background_triage.h"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>

#include "campaign/campaign_folders.h"
#include "campaign/corpus_folder.h"
#include "codec/bytes_codec.h"
#include "hunt/finding_maker.h"
#include "os/files.h"
#include "targets/registry.h"

namespace straylane {

namespace fs = std::filesystem;

// What became of an input of a campaign when it was run again in a worker.
struct JudgedInput {
  std::string bucket = {};  // empty if it did not fail
  std::string message = {};
  std::string minimization = "failed";  // as in BucketRecord
  std::string folder = {};
  std::string reason = {};
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(JudgedInput, bucket, message, minimization, folder, reason)

namespace {

// Runs the input in the file once more, on the campaign's target. If it fails in a bucket that has not been minimised,
// a finding is made and written to `options.out`.
Expected<JudgedInput> run_again(const FuzzOptions& options, const fs::path& input, const BucketFolders& buckets) {
  const auto text = read_file(input, byte_bounds::kInputFileMax);
  if (!text) return tl::unexpected(text.error());
  auto target = open_target(options.target, {options.python, options.kernel});
  if (!target) return tl::unexpected(target.error());
  Case c = case_from_bytes(bytes_of(*text), (*target)->info().program.schema);
  c.target = options.target;
  c.program = options.program;
  const auto failing = run_case(**target, c, {});
  if (!failing) return tl::unexpected(failing.error());
  const auto& failure = failing->verdict.failure;
  if (!failure) {
    return JudgedInput{
        .minimization = "not-reproduced",
        .reason = fmt::format("{}: does not fail in a worker ({})", input.string(), to_string(failing->verdict.kind))};
  }
  JudgedInput judged{.bucket = bucket_of(*failure), .message = failure->message, .minimization = "known"};
  const BucketRecord* known = buckets.find(judged.bucket);
  if ((known != nullptr && known->minimization != "waiting") || !options.finding_hooks) return judged;
  const HuntOptions hunt{.out = options.out, .python = options.python};
  Finding finding = start_finding((*target)->info(), *failing);
  const auto made = FindingMaker(**target, hunt, *options.finding_hooks).make(*failing, finding);
  judged.folder = finding.folder;
  judged.minimization = !made ? "failed" : finding.folder_was_there ? "known" : "minimized";
  if (!made) judged.reason = made.error().message;
  return judged;
}

// Gives what the supervisor is told, as JSON.
std::string judge(const FuzzOptions& options, const fs::path& input, const BucketFolders& buckets) {
  const auto judged = run_again(options, input, buckets);
  const nlohmann::json told = judged ? *judged : JudgedInput{.reason = judged.error().message};
  return told.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

JudgedInput judged_from(const Expected<std::string>& told) {
  if (!told) return {.reason = told.error().message};
  const auto judged = nlohmann::json::parse(*told, nullptr, /*allow_exceptions=*/false);
  return judged.is_object() ? judged.get<JudgedInput>() : JudgedInput{.reason = "no answer"};
}

}  // namespace

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

Expected<std::optional<std::string>> BackgroundTriage::advance(double time_s) {
  if (!task_) return start().map([] { return std::optional<std::string>(); });
  if (!task_->advance()) return std::optional<std::string>();
  const JudgedInput judged = judged_from(task_->result());
  task_.reset();
  LeftOvers{{temporary_}, {options_.out}}.remove();
  auto found = take(judged, time_s);
  bucket_.clear();
  artifact_.reset();
  return found;
}

// Takes artifacts first, because their buckets are not known yet.
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
  if (auto made = make_folders(temporary_); !made) return made;
  const auto judge_it = [this, &input] {
    setenv("TMPDIR", temporary_.c_str(), 1);
    return judge(options_, input, buckets_);
  };
  return assign(task_, ForkedTask::start(judge_it, kTimeMax));
}

Expected<std::optional<std::string>> BackgroundTriage::take(const JudgedInput& judged, double time_s) {
  std::optional<std::string> found;
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
  const auto added = buckets_.add(told, time_s, artifact_->job);
  if (!added) return tl::unexpected(added.error());
  if (*added) found = judged.bucket;
  const BucketRecord* record = buckets_.find(judged.bucket);
  if (record != nullptr && record->minimization == "waiting" && options_.finding_hooks) {
    buckets_.set_minimization(judged.bucket, judged.minimization, judged.folder, judged.reason);
  }
  std::error_code error;
  fs::remove(artifact_->path, error);  // the folder of the bucket has it or a smaller one
  return found;
}

}  // namespace straylane
