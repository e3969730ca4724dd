#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/schema.h"
#include "domain/setting_class.h"

namespace straylane {

// The classes of settings that a suite must have covered: for each edge of each parameter "NAME=EDGE", for an edge that
// names another parameter also "NAME=OTHER-1", and for each parameter with edges "NAME between" for all other values;
// then those of the program (`own`). Edges that cannot be met (can_be_at) have no class, and there is no "between" where
// edges are half of the values or more.
std::vector<SettingClass> setting_classes(const Schema& schema, const std::vector<SettingClass>& own);

// How many calls fell into each class.
class ClassCounts {
 public:
  ClassCounts() = default;  // no classes
  explicit ClassCounts(std::vector<SettingClass> classes);

  void add(const Settings& settings);
  void add(const std::vector<Settings>& calls);
  // Precondition: the same classes, or none yet.
  void add(const ClassCounts& other);

  std::uint64_t count(const std::string& name) const;  // 0 for a class that does not exist
  // All classes in their order.
  std::vector<std::pair<std::string, std::uint64_t>> by_name() const;

  // The first class that was not covered, and the figures: "width=1: 2 of 1280 cases, must be at least 20". The floor
  // is half of what drawing by strata (case_generator.h) gives each class; below 1,000 cases nothing is asked for.
  // `total` is the number of cases drawn.
  std::optional<std::string> below_floor(std::uint64_t total) const;

 private:
  std::shared_ptr<const std::vector<SettingClass>> classes_;  // shared: counts are copied with every summary
  std::vector<std::uint64_t> counts_;
};

}  // namespace straylane
