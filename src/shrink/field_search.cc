#include "shrink/field_search.h"

#include <algorithm>
#include <numeric>

namespace straylane {
namespace {

constexpr std::int64_t kChunk = 32;  // values that are tried together
constexpr int kRoundsMax = 32;       // of window and stride, one for each period of the failure

struct FieldSearch {
  const FieldUnderSearch& field;
  const FieldSearchOptions& options;
  std::int64_t linear_end = 0;

  bool run() {
    const std::int64_t from = field.now();
    linear_end = std::min(from, field.min + options.linear_max);
    for (std::int64_t low = field.min; low < linear_end && !field.over(); low += kChunk) {
      std::vector<std::int64_t> values(static_cast<std::size_t>(std::min(kChunk, linear_end - low)));
      std::iota(values.begin(), values.end(), low);
      if (field.take_first(values)) return true;
    }
    if (linear_end == from) return false;
    bisect();
    for (int round = 0; round < kRoundsMax && !field.over(); ++round) {
      const std::int64_t before = field.now();
      if (!take_nearest_below()) break;
      stride(before - field.now());
    }
    return field.now() < from;
  }

  // Starts from the last value of the linear part, which passes.
  void bisect() {
    std::int64_t passing = linear_end - 1;
    for (std::int64_t value = std::max<std::int64_t>(linear_end, 1); value < field.now() && !field.over();) {
      if (field.take_first({value})) break;
      passing = value;
      if (value > field.now() / 2) break;
      value *= 2;
    }
    while (passing + 1 < field.now() && !field.over()) {
      const std::int64_t middle = std::midpoint(passing, field.now());
      if (!field.take_first({middle})) passing = middle;
    }
  }

  bool take_nearest_below() {
    const std::int64_t end = std::max(linear_end, field.now() - options.window);
    for (std::int64_t high = field.now() - 1; high >= end && !field.over();) {
      std::vector<std::int64_t> values;
      for (; high >= end && std::ssize(values) < kChunk; --high) values.push_back(high);
      if (field.take_first(values)) return true;
    }
    return false;
  }

  // Goes down by whole multiples of `period` while the case still fails.
  void stride(std::int64_t period) {
    std::int64_t steps = 1;
    const auto step_down = [&](std::int64_t count) {
      if (count > (field.now() - linear_end) / period || field.over()) return false;
      return field.take_first({field.now() - count * period});
    };
    while (step_down(steps)) steps *= 2;
    while (steps > 1) {
      steps /= 2;
      step_down(steps);
    }
  }
};

}  // namespace

bool search_field(const FieldUnderSearch& field, const FieldSearchOptions& options) {
  return FieldSearch{field, options}.run();
}

}  // namespace straylane
