#include "cli/report_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "campaign/kept_path.h"
#include "codec/json_codec.h"
#include "os/files.h"
#include "program/programs.h"
#include "report/finding_json.h"
#include "report/run_json.h"
#include "report/run_record.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kStatsBytesMax = std::size_t{256} << 20;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Expected<FindingRecord> read_finding(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const char* name : {"finding.json", "case.json", "min.json", "min-any-shape.json"}) {
    if (!is_there(folder / name)) continue;
    auto content = read_file(folder / name, kCaseBytesMax);
    if (!content) return tl::unexpected(content.error());
    files[name] = std::move(*content);
  }
  return record_from_files(files, folder.string(), schema_named);
}

Expected<void> add_finding(const fs::path& folder, RunRecord& run) {
  if (run.findings.size() == kFindingsMax) {
    return make_error(ErrorCode::kOutOfRange, fmt::format("{}: more than {} findings", folder.string(), kFindingsMax));
  }
  for (const FindingRecord& there : run.findings) {  // named twice, such as by its campaign, too
    if (there.finding.folder == folder.string()) return {};
  }
  return read_finding(folder).map([&](FindingRecord record) { run.findings.push_back(std::move(record)); });
}

std::vector<fs::path> folders_with(const fs::path& folder, const char* file);

Expected<std::vector<BucketRecord>> read_buckets(const fs::path& campaign) {
  std::vector<BucketRecord> buckets;
  for (const fs::path& folder : folders_with(campaign / "buckets", "bucket.json")) {
    const fs::path file = folder / "bucket.json";
    auto bucket = read_file(file, kCaseBytesMax).and_then([&](const std::string& text) {
      return bucket_from(text, file.string());
    });
    if (!bucket) return tl::unexpected(bucket.error());
    bucket->folder = path_kept(campaign, bucket->folder);
    buckets.push_back(std::move(*bucket));
  }
  return buckets;
}

// A campaign, and the findings that its buckets have become.
Expected<void> add_campaign(const fs::path& folder, RunRecord& run) {
  const fs::path stats = folder / "stats.ndjson";
  const auto text = read_file(stats, kStatsBytesMax);
  if (!text) return tl::unexpected(text.error());
  auto ticks = ticks_from(*text, stats.string());
  if (!ticks) return tl::unexpected(ticks.error());
  auto buckets = read_buckets(folder);
  if (!buckets) return tl::unexpected(buckets.error());
  for (const BucketRecord& bucket : *buckets) {
    if (bucket.folder.empty() || !is_there(fs::path(bucket.folder) / "case.json")) continue;
    if (auto added = add_finding(fs::path(bucket.folder).lexically_normal(), run); !added) return added;
  }
  run.campaigns.push_back({.folder = folder.string(), .ticks = std::move(*ticks), .buckets = std::move(*buckets)});
  return {};
}

// Folders inside `folder` that have such a file, by name.
std::vector<fs::path> folders_with(const fs::path& folder, const char* file) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    if (it->path().filename().string().front() != '.' && is_there(it->path() / file))
      found.push_back(it->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Expected<void> add_folder(const std::string& name, RunRecord& run) {
  const fs::path folder = fs::path(name).lexically_normal();
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return make_error(ErrorCode::kStorage, fmt::format("{}: {}", name, error ? error.message() : "Not a directory"));
  }
  if (is_there(folder / "case.json")) return add_finding(folder, run);
  const bool is_campaign = is_there(folder / "stats.ndjson");
  if (is_campaign) {
    if (auto added = add_campaign(folder, run); !added) return added;
  }
  const auto findings = folders_with(folder, "case.json");
  for (const fs::path& finding : findings) {
    if (auto added = add_finding(finding, run); !added) return added;
  }
  if (findings.empty() && !is_campaign && !fs::is_empty(folder, error)) {
    return make_error(ErrorCode::kMalformed, name + ": neither a finding, a folder of findings, nor a campaign folder");
  }
  return {};
}

}  // namespace

Expected<RunRecord> read_report_input(const std::vector<std::string>& folders) {
  RunRecord run;
  for (const std::string& folder : folders) {
    if (auto added = add_folder(folder, run); !added) return tl::unexpected(added.error());
  }
  return run;
}

}  // namespace straylane
