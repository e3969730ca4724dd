#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace straylane {

// A whole-number field, as a search sees it.
struct FieldUnderSearch {
  std::int64_t min = 0;
  std::function<std::int64_t()> now;  // a value at which the case fails
  // Tries the values in their order. The first that fails becomes `now`. Gives whether one failed.
  std::function<bool(const std::vector<std::int64_t>& values)> take_first;
  std::function<bool()> over;  // no more executions may be made
};

struct FieldSearchOptions {
  std::int64_t linear_max = 2'048;  // smallest values that are tried one by one
  std::int64_t window = 64;         // values that are tried one by one below a larger failing value
};

// Moves a field down to the smallest value at which the case fails. Gives whether it moved.
//
//   1. Try min, min + 1, ..., up to linear_max values. A minimum among them is found whatever the shape of the failure.
//   2. Beyond them, double the value and bisect. This is exact if failing is monotone.
//   3. Try the values below the result, nearest first. If one fails at distance p, go on in strides of p, doubled and
//      then halved. Repeat until none of the `window` values below fails. So `value % 7 == 3` above a threshold ends at
//      exactly the smallest such value, and so does any period up to `window`.
//
// Tries at most linear_max + kRoundsMax * (window + 2 * log2(now)) values: about 2,048 + 64 + 100 for one threshold and
// one period.
bool search_field(const FieldUnderSearch& field, const FieldSearchOptions& options);

}  // namespace straylane
