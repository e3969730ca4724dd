#include "targets/host/worker/device_coverage.h"

#include <fmt/format.h>

#include <bit>
#include <set>

// These are libFuzzer's, if it is in the process. It tries the operands that they get as parts of its inputs.
extern "C" {
__attribute__((weak)) void __sanitizer_cov_trace_const_cmp4(std::uint32_t, std::uint32_t);
__attribute__((weak)) void __sanitizer_cov_trace_const_cmp8(std::uint64_t, std::uint64_t);
}

namespace straylane {

std::optional<std::uint32_t> DeviceCoverage::edge(const CoveragePlace& place) {
  const auto [entry, fresh] = edge_offsets_.try_emplace(place);
  if (!fresh) return entry->second;
  if (edge_places_.size() == edges_.size()) {
    ++left_out_;
    return std::nullopt;
  }
  entry->second = static_cast<std::uint32_t>(edge_places_.size());
  edge_places_.push_back(place);
  edge_reached_.push_back(false);
  return entry->second;
}

std::optional<std::uint32_t> DeviceCoverage::compare(const CoveragePlace& place, unsigned bits) {
  const auto [entry, fresh] = compare_offsets_.try_emplace(place);
  if (!fresh) return entry->second;
  const std::size_t counters = 2 * (std::size_t{bits} + 1);
  if (counters > compares_.size() - compares_used_) {
    ++left_out_;
    return std::nullopt;
  }
  entry->second = static_cast<std::uint32_t>(compares_used_);
  compares_used_ += counters;
  return entry->second;
}

void DeviceCoverage::end_run() {
  if (reached_ == edge_places_.size()) return;
  for (std::size_t i = 0; i < edge_places_.size(); ++i) {
    if (edges_[i] == 0 || edge_reached_[i]) continue;
    edge_reached_[i] = true;
    ++reached_;
  }
}

std::vector<std::string> DeviceCoverage::not_reached() const {
  std::set<std::pair<std::string, unsigned>> lines;
  for (std::size_t i = 0; i < edge_places_.size(); ++i) {
    const CoveragePlace& place = edge_places_[i];
    if (!edge_reached_[i] && place.line != 0) lines.insert({place.file, place.line});
  }
  std::vector<std::string> places;
  for (const auto& [file, line] : lines) places.push_back(fmt::format("{}:{}", file, line));
  return places;
}

void DeviceCoverage::on_compare(std::uint32_t offset, std::uint64_t a, std::uint64_t b, std::uint32_t bits) {
  const auto differing = static_cast<std::uint32_t>(std::popcount(a ^ b));
  const auto magnitude = static_cast<std::uint32_t>(std::bit_width(a > b ? a - b : b - a));
  compares_[offset + differing] = 1;
  compares_[offset + bits + 1 + magnitude] = 1;
  if (bits <= 32) {
    if (__sanitizer_cov_trace_const_cmp4 != nullptr) {
      __sanitizer_cov_trace_const_cmp4(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b));
    }
  } else if (__sanitizer_cov_trace_const_cmp8 != nullptr) {
    __sanitizer_cov_trace_const_cmp8(a, b);
  }
}

}  // namespace straylane
