#pragma once

#include <cstdint>

namespace straylane {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). It has one word of state and gives the same numbers on every machine
// and with every standard library, which the distributions of <random> do not promise.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : state_(seed) {}

  // Spreads the information in `z` over all bits of the result.
  static constexpr std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15ULL); }
  // 0..bound-1. Precondition: bound >= 1.
  std::uint64_t below(std::uint64_t bound) { return static_cast<std::uint64_t>((__uint128_t{next()} * bound) >> 64); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace straylane
