#include "search/discovery_counter.h"

#include <algorithm>
#include <cmath>

namespace straylane {
namespace {

constexpr double kDeviations = 1.96;  // of a normal distribution: 95 %
constexpr double kMissed = 0.05;
constexpr double kNoneSeen = 3;  // 0 of n seen: below 3 / n with 95 % confidence

// The low bits of a key need not be random; those of this are (the finaliser of SplitMix64).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

bool DiscoveryCounter::is_kept(std::uint64_t key) const {
  return (mixed(key) & ((std::uint64_t{1} << level_) - 1)) == 0;
}

void DiscoveryCounter::add(std::uint64_t key) {
  ++runs_;
  if (!is_kept(key)) return;
  std::uint8_t& times = seen_[key];
  switch (times) {
    case 0:
      ++singletons_;
      break;
    case 1:
      --singletons_;
      ++doubletons_;
      break;
    case 2:
      --doubletons_;
      break;
    default:
      return;
  }
  ++times;
  while (seen_.size() > classes_max_ && level_ < 63) keep_fewer();
}

void DiscoveryCounter::keep_fewer() {
  ++level_;
  for (auto at = seen_.begin(); at != seen_.end();) {
    if (is_kept(at->first)) {
      ++at;
      continue;
    }
    if (at->second == 1) --singletons_;
    if (at->second == 2) --doubletons_;
    at = seen_.erase(at);
  }
}

DiscoveryEstimate DiscoveryCounter::estimate() const {
  DiscoveryEstimate e{.behaviour = behaviour_.name, .runs = runs_};
  e.one_in = std::uint64_t{1} << level_;
  e.classes = seen_.size() * e.one_in;
  e.singletons = singletons_ * e.one_in;
  e.doubletons = doubletons_ * e.one_in;
  if (runs_ == 0) return e;
  const auto runs = static_cast<double>(runs_);
  const auto scale = static_cast<double>(e.one_in);
  const auto once = static_cast<double>(e.singletons);
  const auto twice = static_cast<double>(e.doubletons);
  e.chance = std::min(1.0, once / runs);  // scaled up, there may be more singletons than runs
  const double half = kDeviations * std::sqrt(scale * (once * (1 - e.chance) + 2 * twice)) / runs;
  e.chance_low = std::max(0.0, e.chance - half);
  e.chance_high = std::min(1.0, std::max(e.chance + half, kNoneSeen * scale / runs));
  const double slack = (2 * std::sqrt(2.0) + std::sqrt(3.0)) * std::sqrt(std::log(3 / kMissed) / runs);
  e.chance_bound = std::min(1.0, e.chance + slack);
  return e;
}

}  // namespace straylane
