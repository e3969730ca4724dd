#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "campaign/campaign_store.h"
#include "campaign/fuzz_log.h"
#include "shrink/case_size.h"

namespace straylane {

// The failures of a campaign, told apart by bucket: of each the first input, the smallest (shrink/case_size.h) and the
// count, in the store and in a folder `buckets/BUCKET/` with the files
//
//   first-SHA1  smallest-SHA1  bucket.json
//
// Inputs are whole and on disk when `add` returns; counts are when `save` does.
class BucketFolders {
 public:
  static constexpr std::size_t kBucketsMax = 10'000;  // what fails in yet another one is counted and not kept

  // `schema`: of the program, to read inputs with; outlives this.
  BucketFolders(std::filesystem::path folder, CampaignStore& store, const Schema& schema)
      : folder_(std::move(folder)), store_(store), schema_(schema) {}

  // What earlier sessions found. Buckets that a killed process had written and not yet entered into the store are
  // entered now and given back: they have not been reported. kStorage.
  Expected<std::vector<std::string>> load();

  // `failures`: failing executions since the last call for this process. True where the bucket is new. kStorage.
  Expected<bool> add(const ToldFailure& told, std::uint64_t failures, double time_s, std::uint32_t job);

  // What has become of its minimisation.
  void set_minimization(const std::string& bucket, const std::string& minimization, const std::string& folder,
                        const std::string& reason);

  // Rows that have changed, into the store, whose transaction is the caller's; with `files` bucket.json, too. kStorage.
  Expected<void> save(bool files);

  // In the order in which they were found.
  std::vector<BucketRecord> records() const;
  std::size_t size() const { return buckets_.size(); }
  const BucketRecord* find(const std::string& bucket) const;
  std::filesystem::path smallest_of(const BucketRecord& record) const;

 private:
  struct Bucket {
    BucketRecord record;
    CaseSize size;  // of the smallest
    bool row_changed = false;
    bool file_changed = false;
  };

  CaseSize size_of(std::span<const std::uint8_t> input) const;
  Expected<void> read_smallest(Bucket& bucket);
  Expected<void> adopt(const std::string& name);
  Expected<bool> add_bucket(const ToldFailure& told, std::uint64_t failures, double time_s, std::uint32_t job);
  Expected<void> replace_smallest(Bucket& bucket, const ToldFailure& told, double time_s, std::uint32_t job);

  std::filesystem::path folder_;
  CampaignStore& store_;
  const Schema& schema_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace straylane
