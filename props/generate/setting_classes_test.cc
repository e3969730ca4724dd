#include "generate/setting_classes.h"

#include <gtest/gtest.h>

#include <map>

namespace straylane {
namespace {

using Names = std::vector<std::string>;

Schema schema() {
  return *Schema::make(
      {{.name = "rows", .min = 1, .max = 4'096, .usual = 10, .edges = {{.number = 1}, {.number = 32}}, .byte_max = 256},
       {.name = "used",
        .max = 4'096,
        .max_is = 0,
        .usual = 7,
        .edges = {{.number = 0}, {.parameter = 0}},
        .byte_max = 256},
       {.name = "fast", .max = 1, .edges = {{.number = 0}, {.number = 1}}, .byte_max = 1},
       {.name = "seed", .max = 255, .byte_max = 255}});
}

ClassCounts all_classes() {
  return ClassCounts(setting_classes(schema(), {{"rows>100", [](const Settings& s) { return s[0] > 100; }}}));
}

Names classes_of(const Settings& settings) {
  ClassCounts counts = all_classes();
  counts.add(settings);
  Names names;
  for (const auto& [name, count] : counts.by_name()) {
    if (count > 0) names.push_back(name);
  }
  return names;
}

TEST(SettingClasses, OfACall) {
  EXPECT_EQ(classes_of({10, 7, 0, 5}), (Names{"rows between", "used between", "fast=0"}));
  EXPECT_EQ(classes_of({10, 0, 1, 5}), (Names{"rows between", "used=0", "fast=1"}));
  EXPECT_EQ(classes_of({10, 9, 0, 5}), (Names{"rows between", "used=rows-1", "fast=0"}));
  EXPECT_EQ(classes_of({10, 10, 0, 5}), (Names{"rows between", "used=rows", "fast=0"}));
  EXPECT_EQ(classes_of({1, 0, 0, 5}), (Names{"rows=1", "used=0", "used=rows-1", "fast=0"}));
  EXPECT_EQ(classes_of({32, 5, 0, 5}), (Names{"rows=32", "used between", "fast=0"}));
  EXPECT_EQ(classes_of({200, 5, 0, 5}), (Names{"rows between", "used between", "fast=0", "rows>100"}));
}

// An edge that no settings can have gets no class, because it would never be covered.
TEST(SettingClasses, EdgesThatCannotBeMetAreNone) {
  const Schema fixed =
      *Schema::make({{.name = "rows", .min = 3, .max = 3, .usual = 3, .edges = {{.number = 3}}, .byte_max = 3},
                     {.name = "used", .min = 10, .max = 99, .usual = 10, .edges = {{.parameter = 0}}, .byte_max = 99}});
  Names names;
  for (const SettingClass& c : setting_classes(fixed, {})) names.push_back(c.name);
  EXPECT_EQ(names, Names{"rows=3"});
}

TEST(ClassCounts, AreAddedAndNamed) {
  ClassCounts counts = all_classes();
  counts.add(std::vector<Settings>{{10, 0, 0, 0}, {1, 0, 0, 0}});
  ClassCounts other = counts;
  counts.add(other);
  counts.add(ClassCounts());
  const std::map<std::string, std::uint64_t> by_name(counts.by_name().begin(), counts.by_name().end());
  EXPECT_EQ(by_name.at("used=0"), 4U);
  EXPECT_EQ(by_name.at("rows=1"), 2U);
  EXPECT_EQ(counts.by_name().front(), (std::pair<std::string, std::uint64_t>("rows=1", 2)));
  ClassCounts none;
  none.add(counts);
  EXPECT_EQ(none.by_name(), counts.by_name());
}

TEST(ClassCounts, AClassBelowTheFloorIsNamed) {
  const std::size_t classes = all_classes().by_name().size();
  ClassCounts counts = all_classes();
  EXPECT_EQ(counts.below_floor(999), std::nullopt);
  const std::uint64_t total = 40 * 4 * classes;
  EXPECT_EQ(counts.below_floor(total), "rows=1: 0 of " + std::to_string(total) + " cases, must be at least 40");
  EXPECT_EQ(ClassCounts().below_floor(total), std::nullopt);
}

}  // namespace
}  // namespace straylane
