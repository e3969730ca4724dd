#include "bench/replay_rate.h"

#include <algorithm>
#include <chrono>

namespace straylane {
namespace {

constexpr std::uint32_t kReplaysAtOnce = 256;

}  // namespace

Expected<ReplayRate> measure_replay_rate(Target& target, const Case& minimal, const std::string& bucket,
                                         double seconds) {
  using Clock = std::chrono::steady_clock;
  ReplayRate measured{.replayed = minimal};
  const auto start = Clock::now();
  while (measured.seconds < seconds) {
    const auto count = replay(target, minimal, bucket, kReplaysAtOnce);
    if (!count) return tl::unexpected(count.error());
    measured.count.times += count->times;
    measured.count.reproduced += count->reproduced;
    measured.count.refused += count->refused;
    measured.count.traces_distinct = std::max(measured.count.traces_distinct, count->traces_distinct);
    measured.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return measured;
}

}  // namespace straylane
