#include "campaign/bucket_folders.h"

#include <algorithm>

#include "campaign/campaign_folders.h"
#include "campaign/corpus_folder.h"
#include "codec/bytes_codec.h"
#include "codec/sha1.h"
#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFirst = "first-";
constexpr const char* kSmallest = "smallest-";
constexpr const char* kSummary = "bucket.json";

std::string to_json(BucketRecord record, const fs::path& buckets) {
  record.folder = path_to_keep(buckets.parent_path(), record.folder);
  nlohmann::ordered_json document = {{"format", "straylane-bucket/1"}};
  document.update(bucket_to_json(record));
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string text_of(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

// Gives what follows `prefix` in the names of the files in `folder`, sorted.
std::vector<std::string> names_after(const fs::path& folder, const std::string& prefix) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Expected<std::vector<std::string>> BucketFolders::load() {
  auto records = store_.buckets();
  if (!records) return tl::unexpected(records.error());
  for (BucketRecord& record : *records) {
    Bucket& bucket = buckets_[record.bucket];
    bucket.record = std::move(record);
    if (auto ok = read_smallest(bucket); !ok) return tl::unexpected(ok.error());
  }
  std::vector<std::string> adopted;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".") || buckets_.contains(name) || !entry.is_directory(error)) continue;
    if (names_after(entry.path(), kFirst).empty()) continue;
    if (auto ok = adopt(name); !ok) return tl::unexpected(ok.error());
    adopted.push_back(name);
  }
  return adopted;
}

CaseSize BucketFolders::size_of(std::span<const std::uint8_t> input) const {
  return case_size(case_from_bytes(input, schema_), schema_);
}

// Finds the smallest input on disk and removes any other: a killed process leaves the one before beside it.
Expected<void> BucketFolders::read_smallest(Bucket& bucket) {
  const fs::path folder = folder_ / bucket.record.bucket;
  bool known = false;
  for (const std::string& sha1 : names_after(folder, kSmallest)) {
    const auto bytes = read_file(folder / (kSmallest + sha1), byte_bounds::kInputFileMax);
    if (!bytes) return tl::unexpected(bytes.error());
    const CaseSize size = size_of(bytes_of(*bytes));
    const bool smaller = !known || size < bucket.size;
    const std::string larger = smaller ? bucket.record.smallest : sha1;
    if (smaller) {
      bucket.size = size;
      bucket.row_changed |= bucket.record.smallest != sha1;
      bucket.record.smallest = sha1;
    }
    std::error_code error;
    if (known) fs::remove(folder / (kSmallest + larger), error);
    known = true;
  }
  return {};
}

Expected<void> BucketFolders::adopt(const std::string& name) {
  Bucket& bucket = buckets_[name];
  bucket.record.bucket = name;
  bucket.record.first = names_after(folder_ / name, kFirst).front();
  if (const auto text = read_file(folder_ / name / kSummary, byte_bounds::kInputFileMax)) {
    auto summary = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (summary.is_object() && summary["message"].is_string()) bucket.record.message = summary["message"];
  }
  bucket.record.count = 1;
  if (auto ok = read_smallest(bucket); !ok) return ok;
  return store_.put_bucket(bucket.record);
}

Expected<bool> BucketFolders::add(const ToldFailure& told, double time_s, std::uint32_t job) {
  const auto known = buckets_.find(told.bucket);
  if (known == buckets_.end()) {
    if (told.input.empty() || buckets_.size() >= kBucketsMax) return false;
    return add_bucket(told, time_s, job);
  }
  Bucket& bucket = known->second;
  bucket.record.count += told.count;
  bucket.row_changed |= told.count != 0;
  if (told.input.empty() || !(size_of(told.input) < bucket.size)) return false;
  return replace_smallest(bucket, told, time_s, job).map([] { return false; });
}

Expected<bool> BucketFolders::add_bucket(const ToldFailure& told, double time_s, std::uint32_t job) {
  Bucket bucket;
  const std::string sha1 = sha1_hex(told.input);
  bucket.record = {told.bucket, told.message, told.count, time_s, job, sha1, sha1};
  bucket.size = size_of(told.input);
  const std::string input = text_of(told.input);
  const auto written = write_new_folder(
      folder_ / told.bucket,
      {{kFirst + sha1, input}, {kSmallest + sha1, input}, {kSummary, to_json(bucket.record, folder_)}});
  if (!written) return tl::unexpected(written.error());
  const auto entered = store_.put_bucket(bucket.record).and_then([&] {
    return store_.add_finding(sha1, told.bucket, time_s, job, told.input.size());
  });
  if (!entered) return tl::unexpected(entered.error());
  buckets_.emplace(told.bucket, std::move(bucket));
  return true;
}

Expected<void> BucketFolders::replace_smallest(Bucket& bucket, const ToldFailure& told, double time_s,
                                               std::uint32_t job) {
  const std::string sha1 = sha1_hex(told.input);
  const fs::path folder = folder_ / bucket.record.bucket;
  std::error_code error;
  if (!is_there(folder / (kSmallest + sha1))) {
    if (auto written = write_new_file(folder / (kSmallest + sha1), text_of(told.input)); !written) return written;
  }
  if (sha1 != bucket.record.smallest) fs::remove(folder / (kSmallest + bucket.record.smallest), error);
  bucket.record.smallest = sha1;
  bucket.size = size_of(told.input);
  bucket.row_changed = bucket.file_changed = true;
  return store_.add_finding(sha1, bucket.record.bucket, time_s, job, told.input.size());
}

void BucketFolders::set_minimization(const std::string& name, const std::string& minimization,
                                     const std::string& folder, const std::string& reason) {
  const auto known = buckets_.find(name);
  if (known == buckets_.end()) return;
  Bucket& bucket = known->second;
  bucket.record.minimization = minimization;
  bucket.record.folder = folder;
  bucket.record.reason = reason;
  bucket.row_changed = bucket.file_changed = true;
}

Expected<void> BucketFolders::save(bool files) {
  for (auto& [name, bucket] : buckets_) {
    if (bucket.row_changed) {
      if (auto ok = store_.put_bucket(bucket.record); !ok) return ok;
      bucket.file_changed = true;
    }
    bucket.row_changed = false;
    if (!files || !bucket.file_changed) continue;
    if (auto ok = replace_file(folder_ / name / kSummary, to_json(bucket.record, folder_)); !ok) return ok;
    bucket.file_changed = false;
  }
  return {};
}

std::vector<BucketRecord> BucketFolders::records() const {
  std::vector<BucketRecord> records;
  for (const auto& [name, bucket] : buckets_) records.push_back(bucket.record);
  std::ranges::stable_sort(records, {}, &BucketRecord::first_time_s);
  return records;
}

const BucketRecord* BucketFolders::find(const std::string& bucket) const {
  const auto known = buckets_.find(bucket);
  return known == buckets_.end() ? nullptr : &known->second.record;
}

fs::path BucketFolders::smallest_of(const BucketRecord& record) const {
  return folder_ / record.bucket / (kSmallest + record.smallest);
}

nlohmann::ordered_json bucket_to_json(const BucketRecord& record) {
  return {{"bucket", record.bucket},
          {"message", record.message},
          {"count", record.count},
          {"first_time_s", record.first_time_s},
          {"first_job", record.first_job},
          {"first", kFirst + record.first},
          {"smallest", kSmallest + record.smallest},
          {"minimization", record.minimization},
          {"folder", record.folder},
          {"reason", record.reason}};
}

}  // namespace straylane
