#include "fuzz/campaign_voice.h"

#include <fmt/format.h>

#include <cstdio>

#include "domain/hash.h"

namespace straylane {
namespace {

constexpr std::chrono::seconds kInterval{1};

// A hash of which counters are not zero. Their values are left out, so that there are few classes.
std::uint64_t key_of(std::span<const std::uint8_t> counters) {
  Hash key;
  for (std::size_t i = 0; i < counters.size(); ++i) {
    if (counters[i] != 0) key.step(i);
  }
  return key.value();
}

}  // namespace

void CampaignVoice::on_failure(const std::string& name, const std::string& message, std::span<const std::uint8_t> input,
                               const CaseSize& size) {
  Bucket& bucket = buckets_[name];
  if (++bucket.count == 1 || size < bucket.smallest) {
    bucket.smallest = size;
    bucket.untold.assign(input.begin(), input.end());
    bucket.message = message;
  }
  if (bucket.count == 1) tell(name, bucket);
}

void CampaignVoice::on_run(const RunResult& result, std::span<const std::uint8_t> counters) {
  ++executions_;
  if (result.observation.trace_digest != 0) schedules_.add(result.observation);
  behaviour_.add(key_of(counters));
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  tell();
}

void CampaignVoice::tell() {
  for (auto& [name, bucket] : buckets_) {
    if (bucket.count != bucket.count_told) tell(name, bucket);
  }
  if (executions_ == executions_told_) return;
  executions_told_ = executions_;
  const DiscoveryEstimate seen = behaviour_.estimate();
  fmt::print(stderr, "straylane: progress executions {} schedules {} runs {} classes {} singletons {} doubletons {}\n",
             executions_, schedules_.estimate().classes, seen.runs, seen.classes, seen.singletons, seen.doubletons);
}

void CampaignVoice::tell(const std::string& name, Bucket& bucket) {
  bucket.count_told = bucket.count;
  if (bucket.untold.empty()) {
    fmt::print(stderr, "straylane: failing {} {} -\n", name, bucket.count);
    return;
  }
  fmt::print(stderr, "straylane: failing {} {} {:02x} {}\n", name, bucket.count, fmt::join(bucket.untold, ""),
             bucket.message);
  bucket.untold.clear();
}

}  // namespace straylane
