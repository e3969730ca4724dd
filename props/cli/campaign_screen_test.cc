#include "cli/campaign_screen.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

// A campaign of several days, with large figures everywhere.
FuzzStatus long_campaign(std::size_t jobs) {
  FuzzStatus status;
  status.tick = {.time_s = 5 * 86'400.0,
                 .executions = 12'345'678'901,
                 .executions_per_s = 98'765,
                 .corpus = 123'456,
                 .features = 65'432,
                 .edges = 1'021,
                 .schedules = 9'876'543'210,
                 .findings = 1'234'567,
                 .buckets = 321,
                 .new_behaviour = 123'456,
                 .restarts = 4'321,
                 .workers = {}};
  for (std::uint32_t job = 0; job < jobs; ++job)
    status.tick.workers.push_back({job, 4'194'303, 1'234'567'890, 49'382, "running"});
  status.time_left_s = 86'400;
  status.edges = 1'024;
  status.chance_of_new = 1e-7;
  status.minimizing = std::string(90, 'b');
  status.waiting = 12;
  return status;
}

bool has(const std::vector<std::string>& lines, const std::string& text) {
  for (const std::string& line : lines) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

TEST(CampaignScreen, FitsTheTerminalAndSaysAllFiguresAt80Columns) {
  for (const std::size_t jobs : {1, 2, 40, 256}) {
    for (const std::size_t height : {1, 10, 24, 60}) {
      const auto lines = render_campaign(long_campaign(jobs), 79, height);
      EXPECT_LE(lines.size(), std::max<std::size_t>(height, 10));
      for (const std::string& line : lines) EXPECT_LE(line.size(), 79U);
      for (const char* text :
           {"5d 00h", "12345678901, 98765/s", "corpus      123456, features 65432, 1021 of 1024 edges", "9876543210",
            "a new behaviour in about 1 of 10000000 runs", "321 buckets, 1234567 failing executions, 4321 restarts"}) {
        EXPECT_TRUE(has(lines, text)) << text;
      }
    }
  }
}

TEST(CampaignScreen, AddsUpTheJobsThatHaveNoRoom) {
  const auto lines = render_campaign(long_campaign(40), 79, 24);
  EXPECT_TRUE(has(lines, "job 0 "));
  EXPECT_TRUE(has(lines, " more jobs"));
  EXPECT_FALSE(has(render_campaign(long_campaign(4), 79, 24), " more jobs"));
}

}  // namespace
}  // namespace straylane
