#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace straylane {

// The field that is searched, as a search sees it.
struct FieldUnderSearch {
  std::int64_t min = 0;
  std::function<std::int64_t()> now;  // a value at which the case fails
  // Tries the values in their order; the first that fails becomes `now`. Whether one did.
  std::function<bool(const std::vector<std::int64_t>& values)> take_first;
  std::function<bool()> over;  // no more executions may be made
};

struct FieldSearchOptions {
  std::int64_t linear_max = 2'048;  // values tried one by one, from the smallest
  std::int64_t window = 64;         // values tried one by one below a failing one beyond them
};

// Moves one whole-number field down to where it fails first. Gives whether it moved.
//
//   1. min, min + 1, ...: up to linear_max values, so that a minimum among them is found whatever the shape
//   2. beyond: doubling from there and bisection, exact where failing is monotone
//   3. from what that ends at, the values below, nearest first: at the first that fails, at distance p, on in strides
//   of p
//      (doubled, then halved), again and again, until none of `window` values below fails. So `value % 7 == 3` above a
//      threshold ends at exactly the smallest such value, and any period up to `window` does.
//
// At most linear_max + kRoundsMax * (window + 2 * log2(now)) values, about 2,048 + 64 + 100 for one threshold and
// period.
bool search_field(const FieldUnderSearch& field, const FieldSearchOptions& options);

}  // namespace straylane
