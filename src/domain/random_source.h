#pragma once

#include <cstdint>

namespace straylane {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): one word of state, and the same numbers on every machine and standard
// library, which <random>'s distributions do not promise.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // 0..bound-1, bound >= 1.
  std::uint64_t below(std::uint64_t bound) { return static_cast<std::uint64_t>((__uint128_t{next()} * bound) >> 64); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace straylane
