#include "interleave/access_pairs.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace straylane {
namespace {

struct Made {
  ThreadIndex thread;
  PendingEvent event;
};

rc::Gen<Made> access_of_few() {
  return rc::gen::exec([] {
    const auto kind = *rc::gen::element(EventKind::kRead, EventKind::kWrite, EventKind::kSync);
    return Made{*rc::gen::element<ThreadIndex>(0, 1, 2, kMainIndex),
                {*rc::gen::inRange<std::uint32_t>(1, 5), kind, *rc::gen::inRange<std::uint64_t>(1, 4)}};
  });
}

AccessPairs pairs_of(const std::vector<Made>& accesses) {
  AccessPairs pairs;
  pairs.begin();
  for (const Made& made : accesses) pairs.add(made.thread, made.event);
  return pairs;
}

using Key = std::tuple<std::uint32_t, std::uint32_t, Maker>;

// The same pairs, found by looking back from every read. The class of a run is made of these alone.
std::set<Key> reads_from_by_search(const std::vector<Made>& accesses) {
  std::set<Key> found;
  for (std::size_t i = 0; i < accesses.size(); ++i) {
    if (!reads(accesses[i].event.kind)) continue;
    Key key{0, accesses[i].event.site, Maker::kNobody};
    for (std::size_t k = i; k-- > 0;) {
      if (accesses[k].event.object != accesses[i].event.object || !writes(accesses[k].event.kind)) continue;
      key = {accesses[k].event.site, accesses[i].event.site,
             accesses[k].thread == accesses[i].thread ? Maker::kSame : Maker::kOther};
      break;
    }
    found.insert(key);
  }
  return found;
}

RC_GTEST_PROP(AccessPairs, ReadsFromIsTheLastWriteBefore, ()) {
  const auto accesses = *rc::gen::container<std::vector<Made>>(access_of_few());
  std::set<Key> met;
  const AccessPairs pairs = pairs_of(accesses);
  for (const AccessPair& pair : pairs.pairs()) {
    if (pair.kind == PairKind::kReadsFrom) RC_ASSERT(met.insert({pair.earlier, pair.later, pair.maker}).second);
  }
  RC_ASSERT(met == reads_from_by_search(accesses));
}

// The class of a run depends on the set of its reads-from pairs, and on nothing else.
RC_GTEST_PROP(AccessPairs, ClassesAreThoseOfTheReadsFromPairs, ()) {
  const auto a = *rc::gen::container<std::vector<Made>>(access_of_few());
  const auto b = *rc::gen::container<std::vector<Made>>(access_of_few());
  const bool same = reads_from_by_search(a) == reads_from_by_search(b);
  RC_ASSERT((pairs_of(a).reads_from_digest() == pairs_of(b).reads_from_digest()) == same);
}

// Exchanging threads that are alike makes no difference.
RC_GTEST_PROP(AccessPairs, ThreadsAreNotToldApart, ()) {
  auto accesses = *rc::gen::container<std::vector<Made>>(access_of_few());
  const AccessPairs before = pairs_of(accesses);
  for (Made& made : accesses) {
    if (made.thread != kMainIndex) made.thread = 2 - made.thread;
  }
  const AccessPairs after = pairs_of(accesses);
  RC_ASSERT(before.pairs() == after.pairs());
  RC_ASSERT(before.reads_from_digest() == after.reads_from_digest());
}

TEST(AccessPairs, OfOneVariableInOrder) {
  const AccessPairs pairs = pairs_of({{0, {1, EventKind::kRead, 7}},
                                      {0, {2, EventKind::kWrite, 7}},
                                      {1, {1, EventKind::kRead, 7}},
                                      {1, {2, EventKind::kWrite, 7}},
                                      {0, {3, EventKind::kWrite, 7}},
                                      {0, {3, EventKind::kWrite, 8}}});
  const std::vector<AccessPair> expected = {{0, 1, Maker::kNobody, PairKind::kReadsFrom},
                                            {1, 2, Maker::kSame, PairKind::kOverRead},
                                            {2, 1, Maker::kOther, PairKind::kReadsFrom},
                                            {2, 2, Maker::kOther, PairKind::kOverwrites},
                                            {2, 3, Maker::kOther, PairKind::kOverwrites}};
  EXPECT_EQ(pairs.pairs(), expected);
}

TEST(AccessPairs, WhereOnlySitesAreKnownSwitchesMakeTheClass) {
  AccessPairs pairs;
  pairs.begin();
  EXPECT_EQ(pairs.reads_from_digest(), 0U);
  pairs.add_switch(3, 4);
  const std::uint64_t once = pairs.reads_from_digest();
  pairs.add_switch(3, 4);
  EXPECT_EQ(pairs.reads_from_digest(), once);
  pairs.add_switch(4, 3);
  EXPECT_NE(pairs.reads_from_digest(), once);
  pairs.add(0, {1, EventKind::kRead, 7});
  EXPECT_NE(pairs.reads_from_digest(), once);
}

TEST(PendingEvent, ConflictsAreOfOneObjectAndOneWrite) {
  const PendingEvent read{1, EventKind::kRead, 7}, write{2, EventKind::kWrite, 7}, other{2, EventKind::kWrite, 8};
  EXPECT_FALSE(conflict(read, read));
  EXPECT_TRUE(conflict(read, write) && conflict(write, read) && conflict(write, write));
  EXPECT_FALSE(conflict(write, other));
  EXPECT_TRUE(conflict(PendingEvent{5}, PendingEvent{5}));
  EXPECT_FALSE(conflict(PendingEvent{5}, PendingEvent{6}));
  EXPECT_FALSE(conflict(PendingEvent{2}, write));
}

}  // namespace
}  // namespace straylane
