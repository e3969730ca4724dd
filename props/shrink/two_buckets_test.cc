// Inputs with two bugs: the shrinker keeps to the one that it was given, however close the other one is.

#include <gtest/gtest.h>

#include <map>

#include "domain/random_source.h"
#include "props/cases.h"
#include "props/shrink/predicate_runs.h"
#include "props/stub_target.h"
#include "run/same_bucket.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kInputs = 100;  // ten times slower
#else
constexpr int kInputs = 1'000;
#endif

// One bug: settings within bounds, one of them with a given residue, and choices that the schedule must contain.
struct Bug {
  FactorySettings least;
  std::int64_t FactorySettings::* field = &FactorySettings::array_size;
  std::int64_t modulus = 1;
  std::int64_t residue = 0;
  std::vector<ThreadId> preempted;  // in this order, among others

  bool fails(const Case& c) const {
    const auto s = FactorySettings::of(c.calls.front());
    const bool large = s.array_size >= least.array_size && s.n_threads >= least.n_threads &&
                       s.buffer_size >= least.buffer_size && s.block_size >= least.block_size;
    if (!large || s.*field % modulus != residue) return false;
    if (preempted.empty()) return true;
    const auto* choices = std::get_if<RecordedForm>(&c.schedule);
    if (choices == nullptr) return false;
    std::size_t met = 0;
    for (const Choice& choice : *choices) met += met < preempted.size() && choice.thread == preempted[met];
    return met == preempted.size();
  }
};

Bug any_bug(RandomSource& random) {
  const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random.below(n)); };
  Bug bug;
  bug.least = {1 + below(30), 1 + below(6), below(20), 1 + below(4)};
  bug.field = std::vector{&FactorySettings::array_size, &FactorySettings::n_threads,
                          &FactorySettings::buffer_size}[random.below(3)];
  bug.modulus = 1 + below(4);
  bug.residue = below(static_cast<std::uint64_t>(bug.modulus));
  for (std::uint64_t i = random.below(4); i > 0; --i) bug.preempted.push_back({0, static_cast<std::int32_t>(below(3))});
  return bug;
}

Case any_case(RandomSource& random) {
  const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random.below(n)); };
  const std::int64_t array_size = 1 + below(80);
  RecordedForm choices;
  for (std::uint64_t i = random.below(12); i > 0; --i) {
    choices.push_back({{0, static_cast<std::int32_t>(below(3))},
                       static_cast<std::uint32_t>(1 + below(40)),
                       {0, static_cast<std::int32_t>(below(3))},
                       std::nullopt});
  }
  return make_case("planted",
                   {array_size, 1 + below(12), below(static_cast<std::uint64_t>(array_size + 1)), 1 + below(32)},
                   choices);
}

// Two bugs in one input. The oracle of the first is asked first, so the second shows only if the first does not.
TEST(TwoBuckets, APlantedInputKeepsItsBucket) {
  RandomSource random(3);
  int inputs = 0;
  int both = 0;
  while (inputs < kInputs) {
    const Bug first = any_bug(random);
    const Bug second = any_bug(random);
    const Case c = any_case(random);
    const auto bucket = [&](const Case& ran) { return first.fails(ran) ? 1 : second.fails(ran) ? 2 : 0; };
    const int meant = bucket(c);
    // The input has both bugs, and one of them hides the other.
    if (meant == 0 || !second.fails(c)) continue;
    ++inputs;
    both += meant == 1;
    const auto result = shrink(predicate_runs([&](const Case& ran) { return bucket(ran) == meant; }), factory_schema(),
                               c, {.executions_max = 3'000, .settings_linear_max = 64});
    ASSERT_TRUE(result.has_value());
    for (const Minimum& minimum : {result->shrunk.minimal, result->shrunk.minimal_any_shape}) {
      ASSERT_EQ(bucket(minimum.failing), meant) << "input " << inputs;
      ASSERT_LE(case_size(minimum.failing, factory_schema()), result->before);
    }
  }
  std::printf("%d inputs, %d of them with both bugs at once: 0 changed their bucket\n", inputs, both);
  EXPECT_GT(both, inputs / 10);
  EXPECT_LT(both, inputs - inputs / 10);
}

// The same on programs: swap-race and lost-update in one kernel. Most inputs can fail in either way, by other choices.
TEST(TwoBuckets, AProgramWithTwoBugsKeepsItsBucket) {
  StubTarget target;
  std::map<std::string, int> buckets;
  int inputs = 0;
  for (std::uint64_t seed = 0; inputs < kInputs / 10; ++seed) {
    const auto n = 2 + static_cast<std::int64_t>(seed % 9);
    const auto found = run_case(target, make_case("two-bugs", {n, 1 + n % 3, n, 4}, sticky(seed)), {});
    ASSERT_TRUE(found.has_value());
    if (!found->verdict.failure) continue;
    ++inputs;
    const std::string bucket = bucket_of(*found->verdict.failure);
    ++buckets[bucket];
    const auto result =
        shrink(same_bucket_runs(target, bucket), factory_schema(), found->recorded, {.executions_max = 2'000});
    ASSERT_TRUE(result.has_value());
    for (const Minimum& minimum : {result->shrunk.minimal, result->shrunk.minimal_any_shape}) {
      const auto again = run_case(target, minimum.failing, {});
      ASSERT_TRUE(again && again->verdict.failure);
      ASSERT_EQ(bucket_of(*again->verdict.failure), bucket);
    }
  }
  for (const auto& [bucket, count] : buckets) std::printf("%d of %d inputs in %s\n", count, inputs, bucket.c_str());
  EXPECT_EQ(buckets.size(), 2U);
}

}  // namespace
}  // namespace straylane
