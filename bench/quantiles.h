#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace straylane {

// The smallest of `values` that at least `share` (0..1) of them do not exceed; 0 without values.
inline double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

inline double median(const std::vector<double>& values) { return quantile(values, 0.5); }

}  // namespace straylane
