#include "search/discovery_counter.h"

#include <algorithm>
#include <cmath>

#include "domain/random_source.h"

namespace straylane {
namespace {

constexpr double kDeviations = 1.96;  // of a normal distribution: 95 %
constexpr double kMissed = 0.05;
constexpr double kNoneSeen = 3;  // if 0 of n were seen, the chance is below 3 / n with 95 % confidence

// A plateau:
constexpr std::uint64_t kRunsMin = 400;
constexpr double kShareMax = 0.06;   // of the classes seen
constexpr double kNotSeenYet = 0.1;  // added to the singletons, because a few runs without any prove little

}  // namespace

// The low bits of a key need not be random, so the key is mixed.
bool DiscoveryCounter::is_kept(std::uint64_t key) const {
  return (RandomSource::mixed(key) & ((std::uint64_t{1} << level_) - 1)) == 0;
}

void DiscoveryCounter::add(std::uint64_t key) {
  ++runs_;
  if (!is_kept(key)) return;
  std::uint8_t& times = seen_[key];
  if (times == 3) return;
  ++times;
  singletons_ += times == 1 ? 1 : times == 2 ? -1 : 0;
  doubletons_ += times == 2 ? 1 : times == 3 ? -1 : 0;
  while (seen_.size() > classes_max_ && level_ < 63) keep_fewer();
}

void DiscoveryCounter::keep_fewer() {
  ++level_;
  std::erase_if(seen_, [this](const auto& seen) {
    const auto& [key, times] = seen;
    if (is_kept(key)) return false;
    if (times == 1) --singletons_;
    if (times == 2) --doubletons_;
    return true;
  });
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

bool plateau(const DiscoveryEstimate& estimate, std::uint64_t runs_left) {
  if (estimate.runs < kRunsMin) return false;
  const auto left = static_cast<double>(runs_left) / static_cast<double>(estimate.runs);
  const double expected = (static_cast<double>(estimate.singletons) + kNotSeenYet) * left;
  return expected <= kShareMax * static_cast<double>(estimate.classes);
}

}  // namespace straylane
