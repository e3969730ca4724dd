#include "campaign/fuzz_log.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

constexpr std::string_view kOutput =
    "INFO: Seed: 7\n"
    "#2\tINITED ft: 2 corp: 1/1b exec/s: 0 rss: 27Mb\n"
    "straylane: finding name-of-the-bucket-0123abcd\n"
    "straylane: AttributeError: module 'numba.cuda' has no attribute 'local' in allocator (no-exception)\n"
    "straylane: case array_size 2, buffer_size 1, n_threads 2, block_size 2; 2 choices\n"
    "straylane: input out/name-of-the-bucket-0123abcd.input\n"
    "#8192\tpulse  cov: 3 ft: 887 corp: 572/38Kb lim: 4096 exec/s: 607 rss: 28Mb\n"
    "artifact_prefix='out/'; Test unit written to out/crash-64b6\n"
    "stat::number_of_executed_units: 9717\n"
    "stat::peak_rss_mb:              28\n"
    "the last line\n";

void expect_all(const FuzzLog& log) {
  EXPECT_EQ(log.executions(), 9'717U);
  EXPECT_EQ(log.executions_per_s(), 607U);
  EXPECT_EQ(log.features(), 887U);
  EXPECT_EQ(log.corpus_size(), 572U);
  EXPECT_EQ(log.buckets(), (std::vector<std::string>{"name-of-the-bucket-0123abcd"}));
  EXPECT_EQ(log.artifacts(), (std::vector<std::string>{"out/name-of-the-bucket-0123abcd.input", "out/crash-64b6"}));
  EXPECT_EQ(log.reason(), "the last line");
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

TEST(FuzzLog, ItsOwnReasonComesFirst) {
  FuzzLog log;
  log.add("straylane: error: no interpreter\nsomething else\n");
  EXPECT_EQ(log.reason(), "no interpreter");
}

TEST(FuzzLog, AFileIsListedOnce) {
  FuzzLog log;
  log.add("straylane: input a\nstraylane: input a\n");
  EXPECT_EQ(log.artifacts().size(), 1U);
}

TEST(FuzzLog, NumbersThatAreNoneAreNotRead) {
  FuzzLog log;
  log.add("#5\tNEW ft: 4 corp: 3/1b exec/s: 2\n#x\tNEW ft: corp: exec/s:\n# \n#99999999999999999999999\n");
  EXPECT_EQ(log.executions(), 5U);
  EXPECT_EQ(log.features(), 4U);
}

TEST(FuzzLog, ALineWithoutEndDoesNotGrow) {
  FuzzLog log;
  for (int i = 0; i < 1'000; ++i) log.add(std::string(4'096, 'x'));
  log.add("\n#3\tNEW ft: 1 corp: 1/1b exec/s: 1\n");
  EXPECT_EQ(log.executions(), 3U);
  EXPECT_LT(log.reason().size(), 100'000U);
}

}  // namespace
}  // namespace straylane
