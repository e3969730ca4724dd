// The ordered search over any schema. Failures are predicates over settings with small domains, so that all settings
// can be tried. The shrinker ends at the smallest settings that fail, by case_size.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "domain/random_source.h"
#include "props/random_schema.h"
#include "props/shrink/predicate_runs.h"
#include "shrink/shrink.h"

namespace straylane {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kSchemas = 20;  // ten times slower
#else
constexpr int kSchemas = 100;
#endif

using Fails = std::function<bool(const Settings&)>;

std::int64_t between(RandomSource& random, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

// Two to four parameters of few values: ranges, lists, and ranges that another parameter bounds.
Schema small_schema(RandomSource& random) {
  std::vector<Parameter> parameters;
  const std::int64_t count = between(random, 2, 4);
  for (std::int64_t i = 0; i < count; ++i) {
    Parameter p{.name = "p" + std::to_string(i), .role = static_cast<Role>(random.below(3))};
    if (random.below(4) == 0) {
      std::vector<std::int64_t> values = {32, 64, 128, 0, 1};
      for (std::size_t k = values.size(); k > 1; --k) std::swap(values[k - 1], values[random.below(k)]);
      values.resize(1 + random.below(values.size()));
      p.values = values;
      p.usual = values.back();
    } else {
      p.min = between(random, -2, 3);
      if (i > 0 && random.below(3) == 0) p.max_is = random.below(static_cast<std::uint64_t>(i));
      if (p.max_is) {
        const Parameter& bound = parameters[*p.max_is];
        p.min = bound.values.empty() ? bound.min : *std::min_element(bound.values.begin(), bound.values.end());
      }
      p.max = p.byte_max = p.min + between(random, 0, 11);
      p.usual = p.min;
    }
    parameters.push_back(std::move(p));
  }
  return *Schema::make(std::move(parameters));
}

std::vector<Settings> all_settings(const Schema& schema) {
  std::vector<Settings> all = {Settings{}};
  for (std::size_t i = 0; i < schema.size(); ++i) {
    std::vector<Settings> longer;
    for (const Settings& settings : all) {
      for (std::int64_t o = 0; o <= schema.ordinal_max(i, settings); ++o) {
        longer.push_back(settings);
        longer.back().push_back(schema.value_at(i, o));
      }
    }
    all = std::move(longer);
  }
  return all;
}

// One condition: a threshold, a residue, one value of a list, or two parameters that are equal.
Fails condition(const Schema& schema, RandomSource& random) {
  const std::size_t i = random.below(schema.size());
  const std::size_t k = random.below(schema.size());
  const std::vector<Settings> all = all_settings(schema);
  const std::int64_t value = all[random.below(all.size())][i];
  const std::int64_t modulus = between(random, 2, 4);
  switch (random.below(4)) {
    case 0:
      return [=](const Settings& s) { return s[i] >= value; };
    case 1:
      return [=](const Settings& s) { return (s[i] - value) % modulus == 0; };
    case 2:
      return [=](const Settings& s) { return s[i] == value; };
    default:
      return [=](const Settings& s) { return s[i] == s[k]; };
  }
}

// Up to three conditions at once.
Fails planted(const Schema& schema, RandomSource& random) {
  std::vector<Fails> conditions;
  for (std::uint64_t n = 1 + random.below(3); n > 0; --n) conditions.push_back(condition(schema, random));
  return [=](const Settings& s) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Fails& fails) { return fails(s); });
  };
}

Case case_of(const Settings& settings) {
  Case c;
  c.calls = {settings};
  c.schedule = RecordedForm{};
  return c;
}

const Settings& smallest(const Schema& schema, const std::vector<Settings>& all) {
  return *std::min_element(all.begin(), all.end(), [&](const Settings& a, const Settings& b) {
    return case_size(case_of(a), schema) < case_size(case_of(b), schema);
  });
}

TEST(RandomSchemas, TheOrderedSearchEndsAtTheSmallestThatFail) {
  RandomSource random(5);
  int tried = 0;
  int exact = 0;
  while (tried < kSchemas) {
    const Schema schema = small_schema(random);
    const Fails fails = planted(schema, random);
    std::vector<Settings> failing = all_settings(schema);
    std::erase_if(failing, [&](const Settings& s) { return !fails(s); });
    if (failing.empty()) continue;
    ++tried;
    const Settings start = failing[random.below(failing.size())];
    const RunMany runs = predicate_runs([&](const Case& c) { return fails(c.calls.front()); });
    const auto result = shrink(runs, schema, case_of(start), {.settings_proof_executions_max = 60'000});
    ASSERT_TRUE(result.has_value());
    const auto shape_as_found = [&](const Settings& s) {
      for (std::size_t i = 0; i < schema.size(); ++i) {
        if (schema[i].role == Role::kShape && s[i] != start[i]) return false;
      }
      return true;
    };
    const Settings& any_shape = result->shrunk.minimal_any_shape.failing.calls.front();
    EXPECT_TRUE(fails(any_shape) && schema.validate(any_shape));
    exact += any_shape == smallest(schema, failing);
    EXPECT_EQ(any_shape, smallest(schema, failing)) << "schema " << tried;
    std::erase_if(failing, [&](const Settings& s) { return !shape_as_found(s); });
    const Settings& minimal = result->shrunk.minimal.failing.calls.front();
    if (shape_as_found(minimal)) {
      EXPECT_EQ(minimal, smallest(schema, failing)) << "schema " << tried;
    }
  }
  std::printf("%d of %d random schemas: the smallest settings that fail\n", exact, tried);
}

// For any schema and failure, the result fails, is valid, and is no larger than the start.
RC_GTEST_PROP(RandomSchemas, ShrinkingNeverGrows, (std::uint64_t seed)) {
  const Schema schema = *random_schema();
  Case start = case_of(*settings_of(schema));
  while (*rc::gen::inRange(0, 3) == 0 && start.calls.size() < 4) start.calls.push_back(*settings_of(schema));
  if (schema.takes_data()) start.data = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  // A hash of the settings decides; about every third case fails.
  const auto fails = [&](const Case& c) {
    if (c == start) return true;
    std::uint64_t hash = seed;
    for (const Settings& s : c.calls) {
      for (const std::int64_t value : s) hash = RandomSource(hash ^ static_cast<std::uint64_t>(value)).next();
    }
    return hash % 3 == 0 && c.data.size() % 3 == start.data.size() % 3;
  };
  const RunMany runs = predicate_runs(fails);
  const auto result = shrink(runs, schema, start, {.executions_max = 2'000, .settings_linear_max = 64});
  RC_ASSERT(result.has_value());
  RC_ASSERT(case_size(result->shrunk.minimal.failing, schema) <= result->before);
  RC_ASSERT(case_size(result->shrunk.minimal_any_shape.failing, schema) <=
            case_size(result->shrunk.minimal.failing, schema));
  for (const Minimum& minimum : {result->shrunk.minimal, result->shrunk.minimal_any_shape}) {
    RC_ASSERT(fails(minimum.failing));
    RC_ASSERT(schema.validate(minimum.failing.calls).has_value());
  }
}

TEST(RandomSchemas, WithoutShapeTheSecondMinimumIsTheFirst) {
  const Schema schema = *Schema::make({{.name = "n", .max = 1'000, .usual = 5, .byte_max = 1'000}});
  std::uint64_t runs = 0;
  const RunMany counted = predicate_runs([&](const Case& c) {
    ++runs;
    return c.calls.front()[0] >= 30;
  });
  const auto result = shrink(counted, schema, case_of({900}));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->shrunk.minimal.failing.calls.front(), Settings{30});
  EXPECT_EQ(result->shrunk.minimal, result->shrunk.minimal_any_shape);
  EXPECT_EQ(result->shrunk.executions, runs);
  EXPECT_LT(runs, 100U);
}

}  // namespace
}  // namespace straylane
