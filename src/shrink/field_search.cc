#include "shrink/field_search.h"

#include <algorithm>
#include <numeric>

namespace straylane {
namespace {

constexpr std::int64_t kChunk = 32;  // values that are tried together
constexpr int kRoundsMax = 32;       // of window and stride: one for each period that the failure has

class FieldSearch {
 public:
  FieldSearch(const FieldUnderSearch& field, const FieldSearchOptions& options) : field_(field), options_(options) {}

  bool run() {
    const std::int64_t from = field_.now();
    linear_end_ = std::min(from, field_.min + options_.linear_max);
    for (std::int64_t low = field_.min; low < linear_end_ && !field_.over(); low += kChunk) {
      std::vector<std::int64_t> values(static_cast<std::size_t>(std::min(kChunk, linear_end_ - low)));
      std::iota(values.begin(), values.end(), low);
      if (field_.take_first(values)) return true;
    }
    if (linear_end_ == from) return false;
    bisect();
    for (int round = 0; round < kRoundsMax && !field_.over(); ++round) {
      const std::int64_t before = field_.now();
      if (!take_nearest_below()) break;
      stride(before - field_.now());
    }
    return field_.now() < from;
  }

 private:
  // From the last value of the linear part, which passes.
  void bisect() {
    std::int64_t passing = linear_end_ - 1;
    for (std::int64_t value = std::max<std::int64_t>(linear_end_, 1); value < field_.now() && !field_.over();) {
      if (field_.take_first({value})) break;
      passing = value;
      if (value > field_.now() / 2) break;
      value *= 2;
    }
    while (passing + 1 < field_.now() && !field_.over()) {
      const std::int64_t middle = std::midpoint(passing, field_.now());
      if (!field_.take_first({middle})) passing = middle;
    }
  }

  bool take_nearest_below() {
    const std::int64_t end = std::max(linear_end_, field_.now() - options_.window);
    for (std::int64_t high = field_.now() - 1; high >= end && !field_.over();) {
      std::vector<std::int64_t> values;
      for (; high >= end && std::ssize(values) < kChunk; --high) values.push_back(high);
      if (field_.take_first(values)) return true;
    }
    return false;
  }

  // Down by whole multiples of `period`, as far as it goes on failing.
  void stride(std::int64_t period) {
    std::int64_t steps = 1;
    const auto step_down = [&](std::int64_t count) {
      if (count > (field_.now() - linear_end_) / period || field_.over()) return false;
      return field_.take_first({field_.now() - count * period});
    };
    while (step_down(steps)) steps *= 2;
    while (steps > 1) {
      steps /= 2;
      step_down(steps);
    }
  }

  const FieldUnderSearch& field_;
  const FieldSearchOptions& options_;
  std::int64_t linear_end_ = 0;
};

}  // namespace

bool search_field(const FieldUnderSearch& field, const FieldSearchOptions& options) {
  return FieldSearch(field, options).run();
}

}  // namespace straylane
