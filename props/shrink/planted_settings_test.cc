// Failures that are a predicate over settings of realistic sizes. From any failing start the shrinker ends at the true
// minimum.

#include <gtest/gtest.h>

#include <ctime>

#include "domain/random_source.h"
#include "props/cases.h"
#include "props/shrink/predicate_runs.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kStarts = 10;  // ten times slower
#else
constexpr int kStarts = 100;
#endif
constexpr int kFewerStarts = kStarts / 4;  // for all but the first
constexpr double kCpuSecondsMax = 1;
constexpr std::uint64_t kExecutionsMax = 25'000;

using Calls = std::vector<FactorySettings>;

struct Planted {
  const char* name;
  std::function<bool(const Calls&)> fails;
  std::function<Calls(RandomSource&)> draw;  // draws settings, some of which fail
  Calls minimum;                             // at the block size of the start, 32
  Calls minimum_any_shape;
};

std::int64_t between(RandomSource& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

// Draws sizes of every order of magnitude.
std::int64_t any_size(RandomSource& random, std::int64_t low, std::int64_t high) {
  const std::int64_t top = std::min(high, low << random.below(22));
  return between(random, low, std::max(low, top));
}

Calls one_call(RandomSource& random, std::int64_t array_size_min) {
  const std::int64_t array_size = any_size(random, array_size_min, kArraySizeMax);
  return {{array_size, any_size(random, 1, kBufferSizeMax), between(random, 0, array_size), 32}};
}

const std::vector<Planted>& all_planted() {
  static const std::vector<Planted> all = {
      {"buffer_size == 13 && n_threads > 200 && array_size > 777 && array_size % 7 == 3",
       [](const Calls& l) {
         return l[0].buffer_size == 13 && l[0].n_threads > 200 && l[0].array_size > 777 && l[0].array_size % 7 == 3;
       },
       [](RandomSource& random) {
         Calls l = one_call(random, 778);
         l[0].buffer_size = 13;
         return l;
       },
       {{780, 13, 201, 32}},
       {{780, 13, 201, 1}}},
      {"array_size > 100,000 && array_size % 7 == 3, n_threads > 5,000 && n_threads % 11 == 5, buffer_size > 3,000 && "
       "buffer_size % 5 == 2",
       [](const Calls& l) {
         return l[0].array_size > 100'000 && l[0].array_size % 7 == 3 && l[0].n_threads > 5'000 &&
                l[0].n_threads % 11 == 5 && l[0].buffer_size > 3'000 && l[0].buffer_size % 5 == 2;
       },
       [](RandomSource& random) {
         const std::int64_t array_size = 100'005 + 7 * between(random, 0, 130'000);
         return Calls{{array_size, 3'002 + 5 * between(random, 0, 20'000), 5'010 + 11 * between(random, 0, 8'000), 32}};
       },
       {{100'005, 3'002, 5'010, 32}},
       {{100'005, 3'002, 5'010, 1}}},
      {"array_size % 7 == 3 || array_size % 7 == 5, above 50,000",
       [](const Calls& l) {
         return l[0].array_size > 50'000 && (l[0].array_size % 7 == 3 || l[0].array_size % 7 == 5);
       },
       [](RandomSource& random) { return one_call(random, 50'001); },
       {{50'004, 1, 0, 32}},
       {{50'004, 1, 0, 1}}},
      {"not monotone: array_size 17, 40..60, and above 900",
       [](const Calls& l) {
         const std::int64_t n = l[0].array_size;
         return n == 17 || (n >= 40 && n <= 60) || n > 900;
       },
       [](RandomSource& random) { return one_call(random, 40); },
       {{17, 1, 0, 32}},
       {{17, 1, 0, 1}}},
      {"n_threads > array_size / 2 && array_size > 777",
       [](const Calls& l) { return l[0].n_threads > l[0].array_size / 2 && l[0].array_size > 777; },
       [](RandomSource& random) { return one_call(random, 778); },
       {{778, 1, 390, 32}},
       {{778, 1, 390, 1}}},
      {"2 * n_threads == array_size && array_size >= 500",
       [](const Calls& l) { return 2 * l[0].n_threads == l[0].array_size && l[0].array_size >= 500; },
       [](RandomSource& random) {
         Calls l = one_call(random, 500);
         l[0].array_size -= l[0].array_size % 2;
         l[0].n_threads = l[0].array_size / 2;
         return l;
       },
       {{500, 1, 250, 32}},
       {{500, 1, 250, 1}}},
      {"buffer_size == array_size && array_size > 300",
       [](const Calls& l) { return l[0].buffer_size == l[0].array_size && l[0].array_size > 300; },
       [](RandomSource& random) {
         Calls l = one_call(random, 301);
         l[0].array_size = l[0].buffer_size = any_size(random, 301, kBufferSizeMax);
         l[0].n_threads = between(random, 0, l[0].array_size);
         return l;
       },
       {{301, 301, 0, 32}},
       {{301, 301, 0, 1}}},
      {"array_size + buffer_size >= 5,000",
       [](const Calls& l) { return l[0].array_size + l[0].buffer_size >= 5'000; },
       [](RandomSource& random) { return one_call(random, 4'000); },
       {{1, 4'999, 0, 32}},
       {{1, 4'999, 0, 1}}},
      {"array_size % block_size == 1 && block_size > 1 && array_size > 1,000",
       [](const Calls& l) {
         return l[0].block_size > 1 && l[0].array_size % l[0].block_size == 1 && l[0].array_size > 1'000;
       },
       [](RandomSource& random) {
         Calls l = one_call(random, 1'001);
         l[0].array_size = l[0].array_size / 32 * 32 - 31;
         l[0].n_threads = std::min(l[0].n_threads, std::max<std::int64_t>(l[0].array_size, 0));
         return l;
       },
       {{1'025, 1, 0, 32}},
       {{1'001, 1, 0, 2}}},
      {"(array_size + n_threads) % 7 == 3 && array_size > 500",
       [](const Calls& l) { return (l[0].array_size + l[0].n_threads) % 7 == 3 && l[0].array_size > 500; },
       [](RandomSource& random) { return one_call(random, 501); },
       {{501, 1, 6, 32}},
       {{501, 1, 6, 1}}},
      {"two calls: the second writes more than the first has",
       [](const Calls& l) {
         for (std::size_t i = 0; i + 1 < l.size(); ++i) {
           if (l[i + 1].n_threads > l[i].array_size && l[i].buffer_size > 7) return true;
         }
         return false;
       },
       [](RandomSource& random) {
         Calls l;
         for (std::uint64_t i = 2 + random.below(4); i > 0; --i) l.push_back(one_call(random, 1)[0]);
         return l;
       },
       {{1, 8, 0, 32}, {2, 1, 2, 32}},
       {{1, 8, 0, 1}, {2, 1, 2, 1}}},
      {"the same array_size, above 5,000 and odd, twice in a row",
       [](const Calls& l) {
         for (std::size_t i = 0; i + 1 < l.size(); ++i) {
           if (l[i].array_size == l[i + 1].array_size && l[i].array_size > 5'000 && l[i].array_size % 2 == 1)
             return true;
         }
         return false;
       },
       [](RandomSource& random) {
         Calls l = one_call(random, 5'001);
         l.push_back(l[0]);
         if (random.below(2) == 0) l.push_back(one_call(random, 1)[0]);
         return l;
       },
       {{5'001, 1, 0, 32}, {5'001, 1, 0, 32}},
       {{5'001, 1, 0, 1}, {5'001, 1, 0, 1}}},
  };
  return all;
}

std::vector<Settings> settings_of(const Calls& calls) { return {calls.begin(), calls.end()}; }

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

TEST(PlantedSettings, EveryStartEndsAtTheTrueMinimum) {
  for (const Planted& planted : all_planted()) {
    const RunMany runs = predicate_runs([&](const Case& c) {
      Calls calls;
      for (const Settings& settings : c.calls) calls.push_back(FactorySettings::of(settings));
      return planted.fails(calls);
    });
    std::uint64_t most = 0;
    double slowest = 0;
    RandomSource random(11);
    const int starts = &planted == all_planted().data() ? kStarts : kFewerStarts;
    for (int i = 0; i < starts; ++i) {
      Case c = make_case("planted", {}, RecordedForm{});
      Calls start;
      do {
        start = planted.draw(random);
        c.calls.assign(start.begin(), start.end());
      } while (!factory_schema().validate(c.calls) || !planted.fails(start));
      const double before = cpu_seconds();
      const auto result = shrink(runs, factory_schema(), c);
      slowest = std::max(slowest, cpu_seconds() - before);
      ASSERT_TRUE(result.has_value());
      EXPECT_EQ(result->shrunk.minimal.failing.calls, settings_of(planted.minimum)) << planted.name << ", start " << i;
      EXPECT_EQ(result->shrunk.minimal_any_shape.failing.calls, settings_of(planted.minimum_any_shape))
          << planted.name << ", start " << i;
      most = std::max(most, result->shrunk.executions);
    }
    std::printf("%s: %d of %d starts end at the minimum; most executions %lu, most processor time %.3f s\n",
                planted.name, starts, starts, most, slowest);
    EXPECT_LE(most, kExecutionsMax) << planted.name;
    EXPECT_LE(slowest, kCpuSecondsMax) << planted.name;
  }
}

}  // namespace
}  // namespace straylane
