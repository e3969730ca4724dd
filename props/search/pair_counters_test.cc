#include "search/pair_counters.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/run_case.h"

namespace straylane {
namespace {

using Counters = std::array<std::uint8_t, kPairCounters>;

Counters counters_of(const Case& c, const Observation& observation) {
  Counters counters{};
  count_run(c, factory_schema(), observation, counters);
  return counters;
}

Counters counters_of(SearchForm search, const char* program = "swap-race", FactorySettings settings = {2, 1, 2, 2}) {
  StubTarget target;
  const Case c = make_case(program, settings, std::move(search));
  const auto result = run_case(target, c, {});
  if (!result) ADD_FAILURE() << result.error().message;
  return counters_of(c, result->observation);
}

std::size_t pairs_in(const Counters& counters) {
  return static_cast<std::size_t>(
      std::count_if(counters.begin() + kOutcomeCounters, counters.end(), [](std::uint8_t n) { return n != 0; }));
}

Choice choice(ThreadId thread, ThreadId to, const char* statement) {
  return {thread, 1, to, Site{.file = "f.py", .function = "f", .statement = statement}};
}

constexpr ThreadId kFirst{0, 0};
constexpr ThreadId kSecond{0, 1};

TEST(PairCounters, AtMost400) { EXPECT_LE(kPairCounters, 400U); }

TEST(PairCounters, DifferentSchedulesGiveDifferentFeatures) {
  std::set<Counters> seen;
  for (std::uint32_t gap = 0; gap < 6; ++gap) seen.insert(counters_of(SearchForm{{gap, 0}}));
  EXPECT_GE(seen.size(), 4U);
  EXPECT_EQ(counters_of(SearchForm{{2, 0}}), counters_of(SearchForm{{2, 0}}));
}

TEST(PairCounters, NoChoicesNoPairs) {
  Observation observation;
  const Counters counters = counters_of(Case{}, observation);
  EXPECT_EQ(pairs_in(counters), 0U);
  EXPECT_EQ(std::count(counters.begin(), counters.end(), 1), 1);  // its outcome
}

TEST(PairCounters, OutcomesAreCountedByEndAndSettings) {
  std::set<Counters> seen;
  for (const RunEnd end : {RunEnd::kCompleted, RunEnd::kDeadlock, RunEnd::kStepLimit, RunEnd::kTimeout,
                           RunEnd::kCrashed, RunEnd::kRefused}) {
    for (const std::int64_t array_size : {1, 2, 32, 40, 64}) {
      for (const std::int64_t n_threads : {std::int64_t{0}, std::int64_t{1}, array_size}) {
        Observation observation;
        observation.end = end;
        seen.insert(counters_of(make_case("any", {array_size, 5, n_threads, 32}), observation));
      }
    }
  }
  EXPECT_EQ(seen.size(), kOutcomeCounters);
}

TEST(PairCounters, OrderOfAPairMatters) {
  Observation ab;
  ab.choices = {choice(kFirst, kSecond, "a"), choice(kSecond, kFirst, "b")};
  Observation ba;
  ba.choices = {choice(kFirst, kSecond, "b"), choice(kSecond, kFirst, "a")};
  EXPECT_NE(counters_of(Case{}, ab), counters_of(Case{}, ba));
  EXPECT_EQ(pairs_in(counters_of(Case{}, ab)), 2U);
}

// Neither the thread nor the line matters.
TEST(PairCounters, ThreadsAndLinesAreNotToldApart) {
  Observation one;
  one.choices = {choice(kFirst, kSecond, "a"), choice(kSecond, kFirst, "b")};
  Observation other;
  other.choices = {choice({0, 7}, {0, 3}, "a"), choice({0, 3}, {0, 7}, "b")};
  other.choices[0].site->line = 12;
  EXPECT_EQ(counters_of(Case{}, one), counters_of(Case{}, other));
}

TEST(PairCounters, StopAt255) {
  Observation observation;
  for (int i = 0; i < 1'000; ++i) observation.choices.push_back(choice(kFirst, kSecond, "a"));
  const Counters counters = counters_of(Case{}, observation);
  EXPECT_EQ(*std::max_element(counters.begin(), counters.end()), 255);
}

// If accesses are known, pairs of two threads count once each, and choices do not count.
TEST(PairCounters, ConflictingAccessesCountWhereTheyAreKnown) {
  Observation observation;
  observation.choices = {{ThreadId{0, 0}, 1, ThreadId{0, 1}, std::nullopt}};
  observation.access_pairs = {{0, 5, Maker::kNobody, PairKind::kReadsFrom},
                              {5, 6, Maker::kSame, PairKind::kReadsFrom},
                              {5, 6, Maker::kOther, PairKind::kReadsFrom},
                              {5, 6, Maker::kOther, PairKind::kOverwrites}};
  Counters counters{};
  count_run({}, factory_schema(), observation, counters);
  EXPECT_EQ(pairs_in(counters), 2U);
  observation.access_pairs = {{6, 5, Maker::kOther, PairKind::kReadsFrom}};
  Counters turned{};
  count_run({}, factory_schema(), observation, turned);
  EXPECT_EQ(pairs_in(turned), 1U);
  EXPECT_FALSE(std::equal(counters.begin() + kOutcomeCounters, counters.end(), turned.begin() + kOutcomeCounters));
}

RC_GTEST_PROP(PairCounters, AnyChoicesCount, (std::vector<std::pair<std::uint8_t, std::uint8_t>> drawn)) {
  Observation observation;
  for (const auto& [thread, statement] : drawn) {
    Choice c = choice({0, thread % 8}, {0, (thread / 8) % 8}, "");
    c.site->occurrence = statement;
    if (statement == 0) c.site.reset();
    observation.choices.push_back(c);
  }
  const Counters counters = counters_of(Case{}, observation);
  RC_ASSERT(pairs_in(counters) <= drawn.size());
  RC_ASSERT((pairs_in(counters) == 0) == drawn.empty());
}

}  // namespace
}  // namespace straylane
