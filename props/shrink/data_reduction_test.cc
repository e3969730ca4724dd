#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "props/shrink/predicate_runs.h"
#include "shrink/passes.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

using Data = std::vector<std::uint8_t>;

const Schema& schema() {
  static const Schema schema = *Schema::make({{.name = "n", .max = 100, .usual = 5, .byte_max = 100}}, true);
  return schema;
}

Case case_of(Data data, std::int64_t n = 9) {
  Case c;
  c.calls = {Settings{n}};
  c.data = std::move(data);
  c.schedule = RecordedForm{};
  return c;
}

bool contains(const Data& data, const Data& part) {
  return std::search(data.begin(), data.end(), part.begin(), part.end()) != data.end();
}

TEST(DataReduction, KeepsWhatTheFailureNeedsAndNoMore) {
  Data data(1'000, 7);
  const Data needed = {200, 3, 90};
  std::copy(needed.begin(), needed.end(), data.begin() + 617);
  const auto result =
      shrink(predicate_runs([&](const Case& c) { return contains(c.data, needed); }), schema(), case_of(data));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->shrunk.minimal.failing.data, needed);
  EXPECT_EQ(result->shrunk.minimal.failing.calls.front(), Settings{0});
  EXPECT_LT(result->shrunk.executions, 1'000U);
}

TEST(DataReduction, ZeroesAndLowersBytes) {
  const Data data = {9, 250, 33, 77};
  const auto fails = [](const Case& c) { return c.data.size() >= 4 && c.data[1] >= 101 && c.data[3] % 8 == 5; };
  const auto result = shrink(predicate_runs(fails), schema(), case_of(data));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->shrunk.minimal.failing.data, (Data{0, 101, 0, 5}));
}

TEST(DataReduction, DataThatIsNotNeededGoes) {
  const auto result =
      shrink(predicate_runs([](const Case& c) { return c.calls.front()[0] >= 4; }), schema(), case_of(Data(20'000, 1)));
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->shrunk.minimal.failing.data.empty());
  EXPECT_EQ(result->shrunk.minimal.failing.calls.front(), Settings{4});
}

TEST(DataReduction, KeepsItsBound) {
  const RunMany runs = predicate_runs([](const Case& c) { return c.data.size() == 5'000; });
  ShrinkSession session(runs, schema(), 100'000);
  const Case reduced = reduce_data(session, case_of(Data(5'000, 9)), 300);
  EXPECT_EQ(reduced.data.size(), 5'000U);
  EXPECT_LE(session.executions(), 300 + ShrinkSession::kBatch);
}

RC_GTEST_PROP(DataReduction, NeverGrowsAndFails, (Data data)) {
  const Case start = case_of(data);
  const auto sum = [](const Case& c) {
    std::uint64_t sum = 0;
    for (const std::uint8_t byte : c.data) sum += byte;
    return sum;
  };
  const auto fails = [&](const Case& c) { return sum(c) % 5 == sum(start) % 5; };
  ShrinkSession session(predicate_runs(fails), schema(), 5'000);
  const Case reduced = reduce_data(session, start, 5'000);
  RC_ASSERT(fails(reduced));
  RC_ASSERT(case_size(reduced, schema()) <= case_size(start, schema()));
}

}  // namespace
}  // namespace straylane
