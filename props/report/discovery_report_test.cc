#include "report/discovery_report.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

TEST(DiscoveryReport, OneLineWithItsInterval) {
  DiscoveryEstimate e{.behaviour = "trace", .runs = 12'345, .chance = 0.123, .chance_low = 0.1, .chance_high = 0.14};
  EXPECT_EQ(discovery_text(e),
            "no failure in 12,345 schedules; chance that the next one shows new behaviour about 0.12 (95 % interval "
            "0.10 to 0.14; behaviour: trace)");
  e = {.behaviour = "trace", .runs = 1'000'007, .chance = 0, .chance_low = 0, .chance_high = 3e-6};
  EXPECT_EQ(discovery_text(e),
            "no failure in 1,000,007 schedules; chance that the next one shows new behaviour about 0 (95 % interval 0 "
            "to 3e-06; behaviour: trace)");
}

TEST(DiscoveryReport, NothingRunNoFigures) {
  EXPECT_TRUE(discovery_to_json({}).is_null());
  EXPECT_EQ(discovery_to_json({.behaviour = "trace", .runs = 3, .singletons = 2})["singletons"], 2);
}

}  // namespace
}  // namespace straylane
