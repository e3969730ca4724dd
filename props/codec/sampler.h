#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/bytes_codec.h"
#include "domain/case.h"

namespace straylane::props {

// Draws cases with SplitMix64, so fast that 10^5 of them take no time.
class Sampler {
 public:
  explicit Sampler(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // Draws from min..max; both ends are likely.
  std::int64_t between(std::int64_t min, std::int64_t max) {
    if (one_in(6)) return min;
    if (one_in(6)) return max;
    return min + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(max - min) + 1));
  }

  std::vector<std::uint8_t> bytes(std::size_t length_max);
  // Draws text with quotes, control characters and some UTF-8.
  std::string text();
  Site site();
  ThreadId thread();
  Settings settings(const Schema& schema, bool for_bytes);  // valid
  Case byte_domain_case(const Schema& schema);              // a case that bytes can hold, with nothing else
  Case any_case(const Schema& schema);                      // any case that JSON can hold

 private:
  SearchForm search(std::uint32_t gap_max, std::uint32_t pick_max);
  RecordedForm recorded(std::uint32_t yield_max, bool with_sites);
  DrawnForm drawn();

  std::uint64_t state_;
};

}  // namespace straylane::props
