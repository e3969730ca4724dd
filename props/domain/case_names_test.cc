#include <gtest/gtest.h>

#include <string>

#include "domain/case.h"

namespace straylane {
namespace {

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
