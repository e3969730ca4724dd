#include "generate/setting_classes.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

using Names = std::vector<std::string>;

Settings with(std::int64_t array_size, std::int64_t n_threads, std::int64_t block_size = 128) {
  return {.array_size = array_size, .n_threads = n_threads, .block_size = block_size};
}

TEST(SettingClasses, OfALaunch) {
  EXPECT_EQ(classes_of(with(10, 7)), Names{"1<n_threads<array_size-1"});
  EXPECT_EQ(classes_of(with(10, 0)), Names{"n_threads=0"});
  EXPECT_EQ(classes_of(with(10, 1)), Names{"n_threads=1"});
  EXPECT_EQ(classes_of(with(10, 9)), Names{"n_threads=array_size-1"});
  EXPECT_EQ(classes_of(with(10, 10)), Names{"n_threads=array_size"});
  EXPECT_EQ(classes_of(with(1, 0)), (Names{"n_threads=0", "n_threads=array_size-1", "array_size=1"}));
  EXPECT_EQ(classes_of(with(1, 1)), (Names{"n_threads=1", "n_threads=array_size", "array_size=1"}));
  EXPECT_EQ(classes_of(with(2, 1)), (Names{"n_threads=1", "n_threads=array_size-1"}));
  EXPECT_EQ(classes_of(with(64, 7)), (Names{"1<n_threads<array_size-1", "array_size=32k"}));
  EXPECT_EQ(classes_of(with(63, 7)), (Names{"1<n_threads<array_size-1", "array_size=32k+-1"}));
  EXPECT_EQ(classes_of(with(33, 7, 32)), (Names{"1<n_threads<array_size-1", "array_size=32k+-1", "blocks>1"}));
}

TEST(ClassCounts, AreAddedAndNamed) {
  ClassCounts counts;
  counts.add(std::vector<Settings>{with(10, 0), with(1, 0)});
  ClassCounts other;
  EXPECT_TRUE(other.add("n_threads=0", 5));
  EXPECT_FALSE(other.add("n_threads=2", 5));
  counts.add(other);
  EXPECT_EQ(counts.count(SettingClass::kNoThreads), 7U);
  EXPECT_EQ(counts.count(SettingClass::kArraySizeOne), 1U);
  ASSERT_EQ(counts.by_name().size(), kSettingClasses);
  EXPECT_EQ(counts.by_name()[0], (std::pair<std::string, std::uint64_t>("n_threads=0", 7)));
}

TEST(ClassCounts, AClassBelowTheFloorIsNamed) {
  ClassCounts counts;
  EXPECT_EQ(counts.below_floor(31), std::nullopt);
  EXPECT_EQ(counts.below_floor(640), "n_threads=0: 0 of 640 cases, must be at least 20");
  for (const auto& [name, count] : ClassCounts().by_name()) counts.add(name, name == "array_size=32k" ? 19 : 20);
  EXPECT_EQ(counts.below_floor(640), "array_size=32k: 19 of 640 cases, must be at least 20");
  counts.add(with(32, 7));
  EXPECT_EQ(counts.below_floor(640), std::nullopt);
}

}  // namespace
}  // namespace straylane
