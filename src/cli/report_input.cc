#include "cli/report_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "campaign/campaign_folders.h"
#include "codec/json_codec.h"
#include "os/files.h"
#include "program/program.h"
#include "report/finding_json.h"
#include "report/run_json.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFindingsMax = 10'000;
constexpr std::size_t kStatsBytesMax = std::size_t{256} << 20;

// Returns the folders in `folder` that have the file, in the order of their names.
std::vector<fs::path> folders_with(const fs::path& folder, const char* file) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    if (!it->path().filename().string().starts_with('.') && is_there(it->path() / file)) found.push_back(it->path());
  }
  std::ranges::sort(found);
  return found;
}

Expected<FindingRecord> read_finding(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const char* name : {"finding.json", "case.json", "min.json", "min-any-shape.json"}) {
    if (!is_there(folder / name)) continue;
    const auto content = assign(files[name], read_file(folder / name, kCaseBytesMax));
    if (!content) return tl::unexpected(content.error());
  }
  return record_from_files(files, folder.string(), schema_named);
}

Expected<void> add_finding(const fs::path& folder, RunRecord& run) {
  if (run.findings.size() == kFindingsMax) {
    return make_error(ErrorCode::kOutOfRange, fmt::format("{}: more than {} findings", folder.string(), kFindingsMax));
  }
  for (const FindingRecord& there : run.findings) {  // the folder may be named twice, for example by its campaign
    if (there.finding.folder == folder.string()) return {};
  }
  return read_finding(folder).map([&](FindingRecord record) { run.findings.push_back(std::move(record)); });
}

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

// Adds a campaign, and the findings that its buckets became.
Expected<void> add_campaign(const fs::path& folder, RunRecord& run) {
  const fs::path stats = folder / "stats.ndjson";
  auto ticks = read_file(stats, kStatsBytesMax).and_then([&](const std::string& text) {
    return ticks_from(text, stats.string());
  });
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

Expected<void> add_folder(const std::string& name, RunRecord& run) {
  const fs::path folder = fs::path(name).lexically_normal();
  std::error_code error;
  if (auto ok = check_folder(name); !ok) return ok;
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
