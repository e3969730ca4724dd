#include "report/search_report.h"

#include <gtest/gtest.h>

#include "report/run_json.h"

namespace straylane {
namespace {

TEST(SearchReport, OneLineWithItsInterval) {
  DiscoveryEstimate e{.behaviour = "trace", .runs = 12'345, .chance = 0.123, .chance_low = 0.1, .chance_high = 0.14};
  EXPECT_EQ(discovery_text(e),
            "no failure in 12,345 schedules; chance that the next one shows new behaviour about 0.12 (95 % interval "
            "0.10 to 0.14; behaviour: trace)");
  e = {.behaviour = "trace", .runs = 1'000'007, .chance = 0, .chance_low = 0, .chance_high = 3e-6};
  EXPECT_EQ(discovery_text(e),
            "no failure in 1,000,007 schedules; chance that the next one shows new behaviour about 0 (95 % interval 0 "
            "to 3e-06; behaviour: trace)");
}

TEST(SearchReport, NothingRunNoFigures) {
  EXPECT_TRUE(discovery_to_json({}).is_null());
  EXPECT_EQ(discovery_to_json({.behaviour = "trace", .runs = 3, .singletons = 2})["singletons"], 2);
}

TEST(SearchReport, StrategiesInColumns) {
  const StrategyFigures one{.name = "pct", .runs = 1, .seconds = 0.5, .new_classes = 1};
  const StrategyFigures many{.name = "sticky", .runs = 12, .seconds = 1.25, .new_classes = 3, .failures = 2};
  EXPECT_EQ(strategies_text({one, many}, 1, 13),
            "  1 distinct reads-from class, 77 per 1,000 schedules; by strategy:\n"
            "    pct             1 run,     0.50 s      1 new class,       0 failing\n"
            "    sticky         12 runs,    1.25 s      3 new classes,     2 failing\n");
}

}  // namespace
}  // namespace straylane
