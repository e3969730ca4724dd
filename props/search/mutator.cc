#include "search/mutator.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

#include "codec/bytes_codec.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Both forms of a schedule, long ones among them.
rc::Gen<Case> byte_cases() {
  return rc::gen::map(rc::gen::tuple(rc::gen::arbitrary<bool>(), rc::gen::arbitrary<Bytes>()),
                      [](std::tuple<bool, Bytes> drawn) {
                        auto& [recorded, bytes] = drawn;
                        if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7f) | (recorded << 7));
                        return case_from_bytes(bytes);
                      });
}

bool in_byte_domain(const Case& c) {
  const auto bytes = case_to_bytes(c);
  return bytes && case_from_bytes(*bytes) == c;
}

RC_GTEST_PROP(Mutator, StaysInTheByteDomain, (std::uint64_t seed)) {
  Case c = *byte_cases();
  for (std::uint64_t i = 0; i < 64; ++i) {
    c = mutate(c, seed + i);
    RC_ASSERT(in_byte_domain(c));
  }
}

RC_GTEST_PROP(Mutator, KeepsTheFormOfTheSchedule, (std::uint64_t seed)) {
  const Case c = *byte_cases();
  RC_ASSERT(mutate(c, seed).schedule.index() == c.schedule.index());
}

RC_GTEST_PROP(Mutator, SameSeedSameCase, (std::uint64_t seed)) {
  const Case a = *byte_cases();
  const Case b = *byte_cases();
  RC_ASSERT(mutate(a, seed) == mutate(a, seed));
  RC_ASSERT(splice(a, b, seed) == splice(a, b, seed));
}

RC_GTEST_PROP(Mutator, SplicesStayInTheByteDomainAndUseBothParents, (std::uint64_t seed)) {
  const Case a = *byte_cases();
  const Case b = *byte_cases();
  const Case spliced = splice(a, b, seed);
  RC_ASSERT(in_byte_domain(spliced));
  RC_ASSERT(spliced.launches == a.launches || spliced.launches == b.launches);
  RC_ASSERT(spliced.schedule.index() == a.schedule.index());
}

TEST(Mutator, FullListsDoNotGrow) {
  Case c;
  c.schedule = SearchForm(byte_bounds::kEntriesMax, Preemption{byte_bounds::kGapMax, byte_bounds::kPickMax});
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    EXPECT_TRUE(in_byte_domain(mutate(c, seed)));
    EXPECT_TRUE(in_byte_domain(splice(c, c, seed)));
  }
}

TEST(Mutator, SeldomGivesTheCaseItWasGiven) {
  Case c;
  c.schedule = SearchForm{{3, 1}, {5, 0}};
  int same = 0;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) same += mutate(c, seed) == c;
  EXPECT_LT(same, 100);
}

// Walks of a few steps from the default case come to every edge of the settings and to each kind of change.
TEST(Mutator, ReachesEdges) {
  std::set<std::int64_t> array_sizes;
  std::set<std::int64_t> block_sizes;
  std::set<std::int64_t> buffer_sizes;
  std::set<std::size_t> launches;
  std::set<std::size_t> preemptions;
  bool none = false;
  bool one = false;
  bool all_but_one = false;
  bool all = false;
  bool long_gap = false;
  for (std::uint64_t walk = 0; walk < 1'000; ++walk) {
    Case c;
    for (std::uint64_t step = 0; step < 16; ++step) {
      c = mutate(c, walk * 1'000 + step);
      const Settings& s = c.launches.front();
      array_sizes.insert(s.array_size);
      block_sizes.insert(s.block_size);
      buffer_sizes.insert(s.buffer_size);
      none = none || s.n_threads == 0;
      one = one || s.n_threads == 1;
      all_but_one = all_but_one || (s.array_size > 2 && s.n_threads == s.array_size - 1);
      all = all || s.n_threads == s.array_size;
      launches.insert(c.launches.size());
      const auto& search = std::get<SearchForm>(c.schedule);
      preemptions.insert(search.size());
      for (const Preemption& p : search) long_gap = long_gap || p.gap > 255;
    }
  }
  for (const std::int64_t size : {1, 2, 31, 32, 33, 64, 256}) EXPECT_TRUE(array_sizes.contains(size)) << size;
  for (const std::int64_t size : {1, 2, 31, 32, 33, 64}) EXPECT_TRUE(block_sizes.contains(size)) << size;
  for (const std::int64_t size : {1, 2, 1'023, 1'024}) EXPECT_TRUE(buffer_sizes.contains(size)) << size;
  EXPECT_TRUE(none && one && all_but_one && all);
  EXPECT_EQ(launches, (std::set<std::size_t>{1, 2, 3, 4}));
  for (std::size_t n = 0; n <= 8; ++n) EXPECT_TRUE(preemptions.contains(n)) << n;
  EXPECT_TRUE(long_gap);
}

// A recorded choice can be deleted, moved in time, and given to other threads, the launching one among them.
TEST(Mutator, ChangesRecordedChoices) {
  Case c;
  c.launches = {{2, 1, 2, 2}};
  c.schedule = RecordedForm{{{0, 0}, 5, {0, 1}, {}}};
  bool deleted = false;
  bool slid = false;
  bool inserted = false;
  bool to_main = false;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const auto form = std::get<RecordedForm>(mutate(c, seed).schedule);
    deleted = deleted || form.empty();
    inserted = inserted || form.size() > 1;
    for (const Choice& choice : form) {
      slid = slid || choice.yield == 6;
      to_main = to_main || choice.to.is_main();
    }
  }
  EXPECT_TRUE(deleted && slid && inserted && to_main);
}

}  // namespace
}  // namespace straylane
