#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "campaign/campaign_store.h"
#include "campaign/fuzz_log.h"
#include "shrink/case_size.h"

namespace straylane {

// The failures of a campaign by bucket. Keeps the first input of each bucket, the smallest one (shrink/case_size.h) and
// the count, in the store and in a folder `buckets/BUCKET/` with the files
//
//   first-SHA1  smallest-SHA1  bucket.json
//
// Inputs are complete on disk when `add` returns, and counts when `save` returns.
class BucketFolders {
 public:
  static constexpr std::size_t kBucketsMax = 10'000;  // failures in further ones are only counted

  // `schema`: of the program, to decode inputs. Must outlive this object.
  BucketFolders(std::filesystem::path folder, CampaignStore& store, const Schema& schema)
      : folder_(std::move(folder)), store_(store), schema_(schema) {}

  // Reads what earlier sessions found. Gives the buckets that a killed process wrote and did not enter into the store.
  // They are entered now and have not been reported.
  // Errors: kStorage.
  Expected<std::vector<std::string>> load();

  // Adds a failure. True if the bucket is new.
  // Errors: kStorage.
  Expected<bool> add(const ToldFailure& told, double time_s, std::uint32_t job);

  // Notes the result of a bucket's minimisation.
  void set_minimization(const std::string& bucket, const std::string& minimization, const std::string& folder,
                        const std::string& reason);

  // Writes changed rows into the store, in the caller's transaction, and with `files` also the bucket.json files.
  // Errors: kStorage.
  Expected<void> save(bool files);

  // Gives the buckets in the order in which they were found.
  std::vector<BucketRecord> records() const;
  std::size_t size() const { return buckets_.size(); }
  const BucketRecord* find(const std::string& bucket) const;
  std::filesystem::path smallest_of(const BucketRecord& record) const;

 private:
  struct Bucket {
    BucketRecord record;
    CaseSize size;  // of the smallest input
    bool row_changed = false;
    bool file_changed = false;
  };

  CaseSize size_of(std::span<const std::uint8_t> input) const;
  Expected<void> read_smallest(Bucket& bucket);
  Expected<void> adopt(const std::string& name);
  Expected<bool> add_bucket(const ToldFailure& told, double time_s, std::uint32_t job);
  Expected<void> replace_smallest(Bucket& bucket, const ToldFailure& told, double time_s, std::uint32_t job);

  std::filesystem::path folder_;
  CampaignStore& store_;
  const Schema& schema_;
  std::map<std::string, Bucket> buckets_;
};

// A bucket, as documents have it.
nlohmann::ordered_json bucket_to_json(const BucketRecord& record);

}  // namespace straylane
