#include "search/mutator.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

#include "codec/bytes_codec.h"
#include "props/cases.h"
#include "props/random_schema.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Cases with both forms of a schedule, some of them long.
Case byte_case(const Schema& schema) {
  Bytes bytes = *rc::gen::arbitrary<Bytes>();
  const bool recorded = *rc::gen::arbitrary<bool>();
  if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7f) | (recorded << 7));
  return case_from_bytes(bytes, schema);
}

bool in_byte_domain(const Case& c, const Schema& schema) {
  const auto bytes = case_to_bytes(c, schema);
  return bytes && case_from_bytes(*bytes, schema) == c;
}

RC_GTEST_PROP(Mutator, StaysInTheByteDomainOfAnySchema, (std::uint64_t seed)) {
  const Schema schema = *random_schema();
  Case c = byte_case(schema);
  for (std::uint64_t i = 0; i < 64; ++i) {
    c = mutate(c, schema, seed + i);
    RC_ASSERT(schema.validate(c.calls));
    RC_ASSERT(in_byte_domain(c, schema));
  }
}

RC_GTEST_PROP(Mutator, KeepsTheFormOfTheSchedule, (std::uint64_t seed)) {
  const Case c = byte_case(factory_schema());
  RC_ASSERT(mutate(c, factory_schema(), seed).schedule.index() == c.schedule.index());
}

RC_GTEST_PROP(Mutator, SameSeedSameCase, (std::uint64_t seed)) {
  const Schema schema = *random_schema();
  const Case a = byte_case(schema);
  const Case b = byte_case(schema);
  RC_ASSERT(mutate(a, schema, seed) == mutate(a, schema, seed));
  RC_ASSERT(splice(a, b, seed) == splice(a, b, seed));
}

RC_GTEST_PROP(Mutator, SplicesStayInTheByteDomainAndUseBothParents, (std::uint64_t seed)) {
  const Schema schema = *random_schema();
  const Case a = byte_case(schema);
  const Case b = byte_case(schema);
  const Case spliced = splice(a, b, seed);
  RC_ASSERT(in_byte_domain(spliced, schema));
  const Case& parent = spliced.calls == a.calls ? a : b;
  RC_ASSERT(spliced.calls == parent.calls);
  RC_ASSERT(spliced.data == a.data || spliced.data == b.data);
  RC_ASSERT(spliced.schedule.index() == a.schedule.index());
}

Case usual_case(Schedule schedule = SearchForm{}) {
  Case c;
  c.calls = {factory_schema().usual()};
  c.schedule = std::move(schedule);
  return c;
}

TEST(Mutator, FullListsDoNotGrow) {
  const Case c =
      usual_case(SearchForm(byte_bounds::kEntriesMax, Preemption{byte_bounds::kGapMax, byte_bounds::kPickMax}));
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    EXPECT_TRUE(in_byte_domain(mutate(c, factory_schema(), seed), factory_schema()));
    EXPECT_TRUE(in_byte_domain(splice(c, c, seed), factory_schema()));
  }
}

TEST(Mutator, SeldomGivesTheCaseItWasGiven) {
  const Case c = usual_case(SearchForm{{3, 1}, {5, 0}});
  int same = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) same += mutate(c, factory_schema(), seed) == c;
  EXPECT_LT(same, 100);
}

// Walks of a few steps from the usual case reach every edge of the settings and make each kind of change.
TEST(Mutator, ReachesEdges) {
  std::set<std::int64_t> array_sizes;
  std::set<std::int64_t> block_sizes;
  std::set<std::int64_t> buffer_sizes;
  std::set<std::size_t> calls;
  std::set<std::size_t> preemptions;
  bool none = false;
  bool one = false;
  bool all_but_one = false;
  bool all = false;
  bool long_gap = false;
  for (std::uint64_t walk = 0; walk < 1'000; ++walk) {
    Case c = usual_case();
    for (std::uint64_t step = 0; step < 16; ++step) {
      c = mutate(c, factory_schema(), walk * 1'000 + step);
      const auto s = FactorySettings::of(c.calls.front());
      array_sizes.insert(s.array_size);
      block_sizes.insert(s.block_size);
      buffer_sizes.insert(s.buffer_size);
      none = none || s.n_threads == 0;
      one = one || s.n_threads == 1;
      all_but_one = all_but_one || (s.array_size > 2 && s.n_threads == s.array_size - 1);
      all = all || s.n_threads == s.array_size;
      calls.insert(c.calls.size());
      const auto& search = std::get<SearchForm>(c.schedule);
      preemptions.insert(search.size());
      for (const Preemption& p : search) long_gap = long_gap || p.gap > 255;
    }
  }
  for (const std::int64_t size : {1, 2, 31, 32, 33, 64, 256}) EXPECT_TRUE(array_sizes.contains(size)) << size;
  for (const std::int64_t size : {1, 2, 31, 32, 33, 64}) EXPECT_TRUE(block_sizes.contains(size)) << size;
  for (const std::int64_t size : {1, 2, 1'023, 1'024}) EXPECT_TRUE(buffer_sizes.contains(size)) << size;
  EXPECT_TRUE(none && one && all_but_one && all);
  EXPECT_EQ(calls, (std::set<std::size_t>{1, 2, 3, 4}));
  for (std::size_t n = 0; n <= 8; ++n) EXPECT_TRUE(preemptions.contains(n)) << n;
  EXPECT_TRUE(long_gap);
}

// A recorded choice can be deleted, moved in time, and given to other threads, including the launching one.
TEST(Mutator, ChangesRecordedChoices) {
  const Case c = make_case("factory", {2, 1, 2, 2}, RecordedForm{{{0, 0}, 5, {0, 1}, {}}});
  bool deleted = false;
  bool slid = false;
  bool inserted = false;
  bool to_main = false;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto form = std::get<RecordedForm>(mutate(c, factory_schema(), seed).schedule);
    deleted = deleted || form.empty();
    inserted = inserted || form.size() > 1;
    for (const Choice& choice : form) {
      slid = slid || choice.yield == 6;
      to_main = to_main || choice.to.is_main();
    }
  }
  EXPECT_TRUE(deleted && slid && inserted && to_main);
}

TEST(Mutator, ChangesData) {
  const Schema schema = *Schema::make({}, true);
  Case c;
  c.calls = {Settings{}};
  c.data = {7, 7, 7};
  std::set<std::size_t> sizes;
  bool changed = false;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Case mutated = mutate(c, schema, seed);
    sizes.insert(mutated.data.size());
    changed = changed || (mutated.data.size() == 3 && mutated.data != c.data);
  }
  EXPECT_TRUE(sizes.contains(2) && sizes.contains(4) && changed);
}

}  // namespace
}  // namespace straylane
