#include "campaign/fuzz_log.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

constexpr std::string_view kOutput =
    "INFO: Seed: 7\n"
    "INFO: seed corpus: files: 13 min: 7b max: 19b total: 123b rss: 87Mb\n"
    "#2\tINITED ft: 2 corp: 1/1b exec/s: 0 rss: 27Mb\n"
    "straylane: failing name-of-the-bucket-0123abcd 1 0aff AttributeError: module has no attribute 'local'\n"
    "#40\tNEW    cov: 3 ft: 880 corp: 500/38Kb lim: 4096 exec/s: 607 rss: 28Mb\n"
    "straylane: failing name-of-the-bucket-0123abcd 7 -\n"
    "straylane: progress executions 9000 schedules 70 runs 8000 classes 50 singletons 3 doubletons 2\n"
    "#8192\tpulse  cov: 3 ft: 887 corp: 572/38Kb lim: 4096 exec/s: 607 rss: 28Mb\n"
    "straylane: coverage 9 of 10 edges of device code\n"
    "artifact_prefix='out/'; Test unit written to out/crash-64b6\n"
    "stat::number_of_executed_units: 9717\n"
    "stat::peak_rss_mb:              28\n"
    "the last line\n";

void expect_all(FuzzLog& log) {
  EXPECT_EQ(log.figures().executions, 9'717U);
  EXPECT_EQ(log.figures().features, 887U);
  EXPECT_EQ(log.figures().new_inputs, 1U);
  EXPECT_EQ(log.figures().files_read, 13U);
  EXPECT_TRUE(log.ready());
  EXPECT_EQ(log.figures().schedules, 70U);
  EXPECT_EQ(log.seen().runs, 8'000U);
  EXPECT_EQ(log.seen().classes, 50U);
  EXPECT_EQ(log.seen().singletons, 3U);
  EXPECT_EQ(log.seen().doubletons, 2U);
  EXPECT_EQ(log.figures().edges_reached, 9U);
  EXPECT_EQ(log.figures().edges, 10U);
  EXPECT_EQ(log.artifacts(), (std::vector<std::string>{"out/crash-64b6"}));
  EXPECT_EQ(log.reason(), "the last line");
  const std::vector<ToldFailure> told = {
      {"name-of-the-bucket-0123abcd", 1, {0x0a, 0xff}, "AttributeError: module has no attribute 'local'"},
      {"name-of-the-bucket-0123abcd", 6, {}, ""}};
  EXPECT_EQ(log.take_failures(), told);
  EXPECT_TRUE(log.take_failures().empty());
}

TEST(FuzzLog, ReadsLines) {
  FuzzLog log;
  log.add(kOutput);
  expect_all(log);
}

TEST(FuzzLog, ReadsPiecesOfAnyLength) {
  for (std::size_t length = 1; length < 40; ++length) {
    FuzzLog log;
    for (std::size_t at = 0; at < kOutput.size(); at += length) log.add(kOutput.substr(at, length));
    expect_all(log);
  }
}

TEST(FuzzLog, AddsUpProcessesBelowTheEngine) {
  FuzzLog log;
  log.add(
      "straylane: begins\n"
      "straylane: progress executions 10 schedules 4 runs 9 classes 5 singletons 3 doubletons 2\n"
      "straylane: failing a 3 -\n"
      "straylane: input ended it: signal 11 0aff\n"
      "straylane: input ended it: signal 11 0af\n"  // cut off
      "straylane: input ended it: signal 11 \n"     // none
      "straylane: begins\n"
      "straylane: failing a 2 -\n"
      "straylane: failing b 1 -\n"
      "straylane: progress executions 5 schedules 1 runs 4 classes 1 singletons 1 doubletons 0\n"
      "straylane: begins\n"
      "straylane: failing a 1 -\n");
  EXPECT_EQ(log.figures().executions, 15U);
  EXPECT_EQ(log.figures().schedules, 5U);
  EXPECT_EQ(log.seen().runs, 0U);  // an estimate is one process's own
  EXPECT_EQ(log.take_failures(),
            (std::vector<ToldFailure>{{"a", 3, {}, ""}, {"a", 2, {}, ""}, {"b", 1, {}, ""}, {"a", 1, {}, ""}}));
  EXPECT_EQ(log.take_ended_by(), (std::vector<EndedBy>{{11, {0x0a, 0xff}}}));
  EXPECT_TRUE(log.take_ended_by().empty());
}

TEST(FuzzLog, KnowsWhyAflEnds) {
  FuzzLog log;
  log.add(
      "\x1b[1;91m\n[-] PROGRAM ABORT : \x1b[0mNo usable test cases in 'in'\n         Location : "
      "\x1b[1;91mread_testcases()\x1b[0m\n");
  EXPECT_EQ(log.reason(), "No usable test cases in 'in'");
  EXPECT_FALSE(log.exit_status());
  log.add("straylane: error: no numba\nstraylane: exit status 5\n");
  EXPECT_EQ(log.reason(), "no numba");
  EXPECT_EQ(log.exit_status(), 5);
}

TEST(FuzzLog, ItsOwnReasonComesFirst) {
  FuzzLog log;
  log.add("straylane: error: no interpreter\nsomething else\n");
  EXPECT_EQ(log.reason(), "no interpreter");
}

TEST(FuzzLog, AFileIsListedOnce) {
  FuzzLog log;
  log.add("Test unit written to a\nTest unit written to a\n");
  EXPECT_EQ(log.artifacts().size(), 1U);
}

TEST(FuzzLog, NumbersThatAreNoneAreNotRead) {
  FuzzLog log;
  log.add("#5\tNEW ft: 4 corp: 3/1b exec/s: 2\n#x\tNEW ft: corp: exec/s:\n# \n#99999999999999999999999\n");
  EXPECT_EQ(log.figures().executions, 5U);
  EXPECT_EQ(log.figures().features, 4U);
}

// A process that dies in the middle of a line leaves such output.
TEST(FuzzLog, AFailureThatIsCutOffIsLeftOut) {
  FuzzLog log;
  for (const char* line :
       {"straylane: failing \n", "straylane: failing b\n", "straylane: failing b x 00 m\n", "straylane: failing b 1\n",
        "straylane: failing b 1 0 m\n", "straylane: failing b 1 0g m\n"}) {
    log.add(line);
  }
  EXPECT_TRUE(log.take_failures().empty());
}

TEST(FuzzLog, ALineWithoutEndDoesNotGrow) {
  FuzzLog log;
  for (int i = 0; i < 1'000; ++i) log.add(std::string(4'096, 'x'));
  log.add("\n#3\tNEW ft: 1 corp: 1/1b exec/s: 1\n");
  EXPECT_EQ(log.figures().executions, 3U);
  EXPECT_LT(log.reason().size(), 100'000U);
}

}  // namespace
}  // namespace straylane
