#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "domain/schema.h"

namespace straylane {

// The classes of settings that a suite must cover:
//   - "NAME=EDGE" for each edge of each parameter, and also "NAME=OTHER-1" if the edge is another parameter;
//   - "NAME between" for each parameter with edges: all its other values;
//   - those of the program (`own`).
// An edge that cannot be met (can_be_at) has no class. There is no "between" if edges are half of the values or more.
std::vector<SettingClass> setting_classes(const Schema& schema, const std::vector<SettingClass>& own);

// How many calls were in each class.
class ClassCounts {
 public:
  ClassCounts() = default;  // no classes
  explicit ClassCounts(std::vector<SettingClass> classes);

  void add(std::span<const Settings> calls);
  void add(const Settings& settings) { add(std::span(&settings, 1)); }
  // Precondition: `other` has the same classes, or one of the two has none.
  void add(const ClassCounts& other);

  // All classes in their order.
  const std::vector<std::pair<std::string, std::uint64_t>>& by_name() const { return counts_; }

  // The first class that was not covered, with the figures: "width=1: 2 of 1280 cases, must be at least 20". `total` is
  // the number of cases drawn. The floor is half of what drawing by strata (case_generator.h) gives each class. Below
  // 1,000 cases there is no floor.
  std::optional<std::string> below_floor(std::uint64_t total) const;

 private:
  std::shared_ptr<const std::vector<SettingClass>> classes_;  // shared, because counts are copied with every summary
  std::vector<std::pair<std::string, std::uint64_t>> counts_;
};

}  // namespace straylane
