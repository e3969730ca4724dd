#include "domain/settings.h"

#include <gtest/gtest.h>

#include <utility>

#include "domain/case.h"

namespace straylane {
namespace {

TEST(SettingsTest, BoundsAreInclusiveAndNamed) {
  EXPECT_TRUE(validate(Settings{}));
  EXPECT_TRUE(validate(Settings{1, 1, 0, 1}));
  EXPECT_TRUE(validate(Settings{1'048'576, 131'072, 1'048'576, 1'024}));
  const std::vector<std::pair<Settings, std::string>> rows = {
      {{0, 5, 0, 32}, "array_size is 0, must be 1..1048576"},
      {{1'048'577, 5, 0, 32}, "array_size is 1048577, must be 1..1048576"},
      {{10, 0, 7, 32}, "buffer_size is 0, must be 1..131072"},
      {{10, 131'073, 7, 32}, "buffer_size is 131073, must be 1..131072"},
      {{10, 5, -1, 32}, "n_threads is -1, must be 0..array_size = 10"},
      {{10, 5, 11, 32}, "n_threads is 11, must be 0..array_size = 10"},
      {{10, 5, 7, 0}, "block_size is 0, must be 1..1024"},
      {{10, 5, 7, 1'025}, "block_size is 1025, must be 1..1024"},
  };
  for (const auto& [settings, message] : rows) {
    const auto ok = validate(settings);
    ASSERT_FALSE(ok) << message;
    EXPECT_EQ(ok.error(), (Error{ErrorCode::kOutOfRange, message}));
  }
}

TEST(SettingsTest, LaunchesAreOneToSixteen) {
  EXPECT_EQ(validate(std::vector<Settings>{}).error().message, "launches has 0 entries, must have 1..16");
  EXPECT_TRUE(validate(std::vector<Settings>(16)));
  EXPECT_FALSE(validate(std::vector<Settings>(17)));
  EXPECT_EQ(validate(std::vector<Settings>{{}, {10, 5, 11, 32}}).error().message,
            "launches[1].n_threads is 11, must be 0..array_size = 10");
}

TEST(SettingsTest, TheGridCoversTheArray) {
  EXPECT_EQ((Settings{32, 5, 7, 32}.blocks()), 1);
  EXPECT_EQ((Settings{33, 5, 7, 32}.blocks()), 2);
  EXPECT_EQ((Settings{33, 5, 7, 32}.simulated_threads()), 64);
}

TEST(CaseNames, AreFitForFileNames) {
  for (const char* name : {"numba", "a", "A.b-c_9", "_x"}) EXPECT_TRUE(is_name(name)) << name;
  for (const char* name : {"", ".", "..", ".a", "-a", "a/b", "a b", "a\n", "\xc3\xa9"})
    EXPECT_FALSE(is_name(name)) << name;
  EXPECT_TRUE(is_name(std::string(64, 'a')));
  EXPECT_FALSE(is_name(std::string(65, 'a')));
}

TEST(CaseNames, GranularityAndStrategyRoundTrip) {
  for (const auto g : {Granularity::kSwitch, Granularity::kLine, Granularity::kOpcode}) {
    EXPECT_EQ(parse_granularity(to_string(g)), g);
  }
  for (const auto s : kDrawnStrategies) EXPECT_EQ(parse_drawn_strategy(to_string(s)), s);
  for (const auto m : {Maker::kNobody, Maker::kSame, Maker::kOther}) EXPECT_EQ(parse_maker(to_string(m)), m);
  EXPECT_FALSE(parse_granularity(""));
  EXPECT_FALSE(parse_drawn_strategy("PCT"));
}

}  // namespace
}  // namespace straylane
