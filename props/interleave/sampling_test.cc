// Checks what the sampling strategies promise about the orders that they draw, on two threads with a few events each.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

constexpr std::uint64_t kShared = kNamedObjectMin;

// Thread i makes the events of `programs[i]` in order. Gives the threads that made the events about kShared, in order.
class Threads {
 public:
  explicit Threads(std::vector<std::vector<PendingEvent>> programs) : programs_(std::move(programs)) {}

  std::string run(const DrawnForm& drawn) { return run(*make_drawn(drawn)); }
  std::string run(Strategy& strategy) {
    order_.clear();
    interleaver_.begin(strategy, {});
    std::vector<Thread> threads;
    for (std::size_t i = 0; i < programs_.size(); ++i) threads.push_back({this, i});
    for (Thread& thread : threads) interleaver_.spawn({0, static_cast<std::int32_t>(thread.index)}, &entry, &thread);
    for (ThreadIndex i = 0; i < threads.size(); ++i) {
      while (!interleaver_.ended(i)) interleaver_.block(Interleaver::end_of(i));
    }
    interleaver_.drain();
    return order_;
  }
  const AccessPairs& pairs() const { return interleaver_.pairs(); }

 private:
  struct Thread {
    Threads* all;
    std::size_t index;
  };
  static void entry(void* argument) {
    const auto& thread = *static_cast<Thread*>(argument);
    for (const PendingEvent& event : thread.all->programs_[thread.index]) {
      thread.all->interleaver_.yield_point(event);
      thread.all->interleaver_.accessed(event);
      if (event.object == kShared) thread.all->order_ += static_cast<char>('0' + thread.index);
    }
  }

  std::vector<std::vector<PendingEvent>> programs_;
  Interleaver interleaver_;
  std::string order_;
};

PendingEvent write(std::uint32_t site, std::uint64_t object = kShared) { return {site, EventKind::kWrite, object}; }
PendingEvent read(std::uint32_t site, std::uint64_t object = kShared) { return {site, EventKind::kRead, object}; }

// With the right counts, all orders of the interesting events are equally likely, however many events of other subjects
// the threads make in between.
TEST(SurwStrategy, OrdersOfTheInterestingEventsAreEquallyLikely) {
  std::vector<PendingEvent> few(3, write(1));
  std::vector<PendingEvent> many;
  for (int i = 0; i < 3; ++i) {
    many.push_back(write(2));
    for (int k = 0; k < 5; ++k) many.push_back(write(3, 2 * kNamedObjectMin));
  }
  Threads threads({few, many});
  std::map<std::string, int> orders;
  constexpr int kRuns = 20'000;
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    ++orders[threads.run({.strategy = DrawnStrategy::kSurw, .seed = seed, .interesting = {kShared, {0, 3, 3}}})];
  }
  EXPECT_EQ(orders.size(), 20U);
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, kRuns / 20, 160) << order;  // 5 standard deviations
}

// The counts make the orders even. Without them the orders are those of a random walk.
TEST(SurwStrategy, WithoutCountsTheyAreNot) {
  Threads threads({std::vector<PendingEvent>(1, write(1)), std::vector<PendingEvent>(6, write(2))});
  int first = 0;
  constexpr int kRuns = 7'000;
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    const DrawnForm drawn{.strategy = DrawnStrategy::kSurw, .seed = seed, .interesting = {kShared, {}}};
    first += threads.run(drawn).front() == '0' ? 1 : 0;
  }
  EXPECT_GT(first, kRuns / 3);  // one of seven orders begins like this
}

TEST(SurwStrategy, CountsTheSubjectsThatTwoThreadsMet) {
  Threads threads({{write(1), write(1), write(2, 2 * kNamedObjectMin)}, {write(3), write(3), write(3)}});
  const auto strategy = make_drawn({.strategy = DrawnStrategy::kSurw, .seed = 1});
  threads.run(*strategy);
  const auto counts = strategy->event_counts();
  ASSERT_FALSE(counts.empty());
  for (const EventCounts& c : counts) EXPECT_NE(c.subject, 2 * kNamedObjectMin);
}

// Two racing events among others that do not race: both orders are about equally likely.
TEST(PosStrategy, EventsThatDoNotRaceTakeNoPart) {
  std::vector<PendingEvent> early(8, write(1, 2 * kNamedObjectMin));
  early.push_back(write(1));
  Threads threads({early, {write(2)}});
  int first = 0;
  constexpr int kRuns = 4'000;
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    first += threads.run({.strategy = DrawnStrategy::kPos, .seed = seed}).front() == '0' ? 1 : 0;
  }
  // A random walk would let thread 0 come first in 1 of 512 runs; here it must win against one priority, in 1 of 10.
  EXPECT_GT(first, kRuns / 20);
  EXPECT_LT(first, kRuns / 5);
}

TEST(PosStrategy, WithoutConstraintsReadsFromIsTheSame) {
  Threads threads({{write(1), read(2), write(3)}, {read(4), write(5)}, {write(6), write(7)}});
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    EXPECT_EQ(threads.run({.strategy = DrawnStrategy::kPos, .seed = seed}),
              threads.run({.strategy = DrawnStrategy::kReadsFrom, .seed = seed}));
  }
}

// A wanted pair that is possible occurs in every run, and an unwanted pair in none.
TEST(ReadsFromStrategy, ConstraintsThatCanBeHadAreHad) {
  Threads threads({{write(1), write(2)}, {write(1), write(2)}, {write(1), write(2)}, {read(9)}});
  struct Wanted {
    std::vector<ReadsFromConstraint> constraints;
    std::uint32_t writer;
  };
  const std::vector<Wanted> all = {
      {{{1, 9, Maker::kOther, true}, {2, 9, Maker::kOther, false}}, 1},
      {{{2, 9, Maker::kOther, true}, {1, 9, Maker::kOther, false}}, 2},
      {{{0, 9, Maker::kNobody, true}, {1, 9, Maker::kOther, false}, {2, 9, Maker::kOther, false}}, 0},
      {{{1, 9, Maker::kOther, false}, {0, 9, Maker::kNobody, false}}, 2}};
  for (const Wanted& wanted : all) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      threads.run({.strategy = DrawnStrategy::kReadsFrom, .seed = seed, .constraints = wanted.constraints});
      for (const AccessPair& pair : threads.pairs().pairs()) {
        if (pair.kind == PairKind::kReadsFrom) {
          EXPECT_EQ(pair.earlier, wanted.writer) << "seed " << seed;
        }
      }
    }
  }
}

// A wanted pair that is impossible does not end a run: here the writer comes after the reader.
TEST(ReadsFromStrategy, ConstraintsThatCannotBeHadStopNobody) {
  Threads threads({{read(9), write(1)}, {read(9), write(1)}});
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const DrawnForm drawn{.strategy = DrawnStrategy::kReadsFrom,
                          .seed = seed,
                          .constraints = {{1, 9, Maker::kSame, true}, {0, 9, Maker::kNobody, false}}};
    EXPECT_EQ(threads.run(drawn).size(), 4U);
  }
}

}  // namespace
}  // namespace straylane
