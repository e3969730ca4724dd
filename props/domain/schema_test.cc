#include "domain/schema.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "props/random_schema.h"

namespace straylane {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

const Parameter kSize = {.name = "size", .min = 1, .max = 100, .usual = 10, .edges = {{.number = 1}}, .byte_max = 50};
const Parameter kCount = {
    .name = "count", .max = 80, .max_is = 0, .usual = 7, .edges = {{.parameter = 0}}, .byte_max = 80};
const Parameter kBlock = {.name = "block", .values = {32, 64, 1}, .usual = 64, .role = Role::kShape};

Schema sample() { return Schema::make({kSize, kBlock, kCount}).value(); }

std::string refusal(std::vector<Parameter> parameters) {
  const auto schema = Schema::make(std::move(parameters));
  if (schema) return "";
  EXPECT_EQ(schema.error().code, ErrorCode::kMalformed);
  return schema.error().message;
}

// The error for the parameter `count` after a change to it.
template <class Change>
std::string refused(const Change& change, Parameter p = kCount) {
  change(p);
  return refusal({kSize, p});
}

TEST(SchemaMake, TakesWhatIsInOrder) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({kSize, kCount, kBlock}), "");
  EXPECT_EQ(refusal({{.name = "p", .min = kLowest, .max = -1, .usual = -1, .byte_max = kLowest}}), "");
  EXPECT_EQ(refusal({{.name = "p", .max = kHighest, .byte_max = kHighest}}), "");
}

TEST(SchemaMake, RefusesEachFlawByName) {
  const std::string count = "schema: parameter \"count\": ";
  for (const char* name : {"", "1a", "a-b", "a b", "a.b", "\xc3\xa9"}) {
    EXPECT_EQ(
        refused([&](Parameter& p) { p.name = name; }),
        fmt::format("schema: parameter \"{}\": its name must be letters, digits and '_', and not begin with a digit",
                    name));
  }
  EXPECT_NE(refused([](Parameter& p) { p.name = std::string(65, 'a'); }), "");
  EXPECT_EQ(refused([](Parameter& p) { p.name = std::string(64, 'a'); }), "");
  EXPECT_EQ(refused([](Parameter& p) { p.name = "size"; }), "schema: parameter \"size\": its name is given twice");
  EXPECT_EQ(refused([](Parameter& p) { p.min = 81; }), count + "min 81 is above max 80");
  EXPECT_EQ(refused([](Parameter& p) { p.min = kLowest, p.max_is.reset(); }), count + "max - min is 2^63 or more");
  EXPECT_EQ(refused([](Parameter& p) { p.byte_max = 81; }), count + "byte_max 81 is not one of its values");
  EXPECT_EQ(refused([](Parameter& p) { p.byte_max = -1; }), count + "byte_max -1 is not one of its values");
  EXPECT_EQ(refused([](Parameter& p) { p.usual = 81; }), count + "usual 81 is not one of its values");
  EXPECT_EQ(refused([](Parameter& p) { p.edges = {{.number = -1}}; }), count + "edge -1 is not one of its values");
  EXPECT_EQ(refused([](Parameter& p) { p.edges = {{.parameter = 1}}; }), count + "an edge names no earlier parameter");
  EXPECT_EQ(refused([](Parameter& p) { p.edges.resize(17); }), count + "has more than 16 edges");
  EXPECT_EQ(refused([](Parameter& p) { p.max_is = 1; }), count + "max_is names no earlier parameter");
  EXPECT_EQ(refused([](Parameter& p) { p.min = 2; }), count + "max_is size can be 1, below min 2");
}

TEST(SchemaMake, RefusesEachFlawOfAListByName) {
  const std::string block = "schema: parameter \"block\": ";
  EXPECT_EQ(refused([](Parameter& p) { p.values = {64, 1, 64}; }, kBlock), block + "repeats a value");
  EXPECT_EQ(refused([](Parameter& p) { p.usual = 2; }, kBlock), block + "usual 2 is not one of its values");
  EXPECT_EQ(refused([](Parameter& p) { p.edges = {{.number = 2}}; }, kBlock),
            block + "edge 2 is not one of its values");
  EXPECT_EQ(refused([](Parameter& p) { p.max_is = 0; }, kBlock), block + "has a list of values and max_is");
  const auto resize = [](std::int64_t count) {
    return [count](Parameter& p) {
      for (p.values = {64}; std::ssize(p.values) < count;) p.values.push_back(1'000 + std::ssize(p.values));
    };
  };
  EXPECT_EQ(refused(resize(64), kBlock), "");
  EXPECT_EQ(refused(resize(65), kBlock), block + "has more than 64 values");
  Parameter by_list = kCount;
  by_list.min = by_list.usual = 2;
  EXPECT_EQ(refusal({kBlock, by_list}), "schema: parameter \"count\": max_is block can be 1, below min 2");
}

TEST(SchemaMake, TakesSixteenParameters) {
  std::vector<Parameter> many;
  for (int i = 0; i < 16; ++i) many.push_back({.name = fmt::format("p{}", i), .max = 1});
  EXPECT_EQ(refusal(many), "");
  many.push_back({.name = "p16", .max = 1});
  EXPECT_EQ(refusal(many), "schema: has 17 parameters, must have at most 16");
}

TEST(SchemaTest, FindsByName) {
  EXPECT_EQ(sample().find("block"), 1U);
  EXPECT_EQ(sample().find("blocks"), std::nullopt);
}

TEST(SchemaTest, ShrinksInputsThenBuildThenShape) {
  Parameter build = kSize;
  build.name = "build";
  build.role = Role::kBuild;
  const Schema schema = Schema::make({kBlock, build, kSize}).value();
  EXPECT_EQ(schema.shrink_order(), (std::vector<std::size_t>{2, 1, 0}));
  EXPECT_EQ(schema.shape_begin(), 2U);
  EXPECT_TRUE(schema.has_shape());
  EXPECT_FALSE(Schema::make({build, kSize}).value().has_shape());
  EXPECT_FALSE(Schema().has_shape());
}

TEST(SchemaTest, SaysWhatIsNotAllowed) {
  const Schema schema = sample();
  EXPECT_FALSE(schema.first_invalid({10, 32, 10}));
  const std::vector<std::pair<Settings, std::string>> rows = {
      {{0, 32, 0}, "size is 0, must be 1..100"},
      {{101, 33, 0}, "size is 101, must be 1..100"},
      {{10, 33, 11}, "block is 33, must be one of 32, 64, 1"},
      {{10, 32, 11}, "count is 11, must be 0..size = 10"},
      {{90, 32, 81}, "count is 81, must be 0..80"},
      {{10, 32, -1}, "count is -1, must be 0..size = 10"},
      {{10, 32}, "settings is 2, must be 3 values"},
      {{10, 32, 1, 1}, "settings is 4, must be 3 values"},
  };
  for (const auto& [settings, message] : rows) {
    const auto invalid = schema.first_invalid(settings);
    ASSERT_TRUE(invalid) << message;
    EXPECT_EQ(to_string(*invalid), message);
    EXPECT_EQ(schema.validate(settings).error(), (Error{ErrorCode::kOutOfRange, message}));
  }
}

TEST(SchemaTest, CallsAreOneToSixteen) {
  const Schema schema = sample();
  const auto calls = [](std::size_t count) { return std::vector<Settings>(count, Settings{10, 32, 7}); };
  EXPECT_EQ(schema.validate(calls(0)).error().message, "calls has 0 entries, must have 1..16");
  EXPECT_TRUE(schema.validate(calls(16)));
  EXPECT_EQ(schema.validate(calls(17)).error().message, "calls has 17 entries, must have 1..16");
  auto second = calls(2);
  second[1][2] = 11;
  EXPECT_EQ(schema.validate(second).error(),
            (Error{ErrorCode::kOutOfRange, "calls[1].count is 11, must be 0..size = 10"}));
}

TEST(SchemaTest, DescribesByName) {
  const Schema schema = sample();
  EXPECT_EQ(schema.describe(Settings{10, 32, 7}), "size 10, block 32, count 7");
  EXPECT_EQ(schema.describe(std::vector<Settings>{{10, 32, 7}, {1, 1, 0}}),
            "size 10, block 32, count 7; size 1, block 1, count 0");
}

TEST(SchemaTest, UsualFollowsItsBoundDown) {
  Parameter count = kCount;
  count.usual = 20;
  const Schema schema = Schema::make({kSize, count}).value();
  EXPECT_EQ(schema.usual(), (Settings{10, 10}));
  EXPECT_EQ(schema.smallest(), (Settings{1, 0}));
}

TEST(SchemaTest, WithBringsDownWhatIsBounded) {
  const Schema schema = sample();
  EXPECT_EQ(schema.with({10, 32, 7}, 0, 5), (Settings{5, 32, 5}));
  EXPECT_EQ(schema.with({10, 32, 7}, 0, 9), (Settings{9, 32, 7}));
  EXPECT_EQ(schema.with({10, 32, 7}, 2, 9), (Settings{10, 32, 9}));
}

TEST(SchemaTest, ClampsToTheNearest) {
  const Schema schema = sample();
  EXPECT_EQ(schema.clamped({500, 50, 90}), (Settings{100, 64, 80}));
  EXPECT_EQ(schema.clamped({-5, kLowest, -5}), (Settings{1, 1, 0}));
  EXPECT_EQ(schema.clamped({500, kHighest, 90}, true), (Settings{50, 64, 50}));
}

RC_GTEST_PROP(SchemaProperty, UsualAndSmallestAreValid, ()) {
  const Schema schema = *random_schema();
  RC_ASSERT(schema.validate(schema.usual()).has_value());
  RC_ASSERT(schema.validate(schema.smallest()).has_value());
}

RC_GTEST_PROP(SchemaProperty, ShrinkOrderHasEachParameterOnceAndByRole, ()) {
  const Schema schema = *random_schema();
  std::vector<std::size_t> sorted = schema.shrink_order();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const Role before = schema[sorted[i - 1]].role;
    const Role role = schema[sorted[i]].role;
    RC_ASSERT((before == role ? sorted[i - 1] < sorted[i] : before < role));
    RC_ASSERT((i >= schema.shape_begin()) == (role == Role::kShape));
  }
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) RC_ASSERT(sorted[i] == i);
  RC_ASSERT(sorted.size() == schema.size());
}

RC_GTEST_PROP(SchemaProperty, OrdinalAndValueAreInverse, ()) {
  const Schema schema = *random_schema();
  const Settings settings = *settings_of(schema);
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const std::int64_t ordinal = schema.ordinal(i, settings[i]);
    RC_ASSERT(ordinal >= 0);
    RC_ASSERT(ordinal <= schema.ordinal_max(i, settings));
    RC_ASSERT(schema.value_at(i, ordinal) == settings[i]);
    RC_ASSERT(schema.byte_ordinal_max(i, settings) <= schema.ordinal_max(i, settings));
  }
}

// Neither the ordinal above the largest nor the one below the smallest is allowed.
RC_GTEST_PROP(SchemaProperty, FirstInvalidIsTheFirst, ()) {
  const Schema schema = *random_schema();
  Settings settings = *settings_of(schema);
  RC_ASSERT(!schema.first_invalid(settings));
  const auto i = *rc::gen::inRange<std::size_t>(0, schema.size());
  RC_PRE(schema[i].values.empty());
  const std::int64_t most = schema.value_at(i, schema.ordinal_max(i, settings));
  const bool above = *rc::gen::arbitrary<bool>();
  RC_PRE((above ? most < kHighest : schema[i].min > kLowest));
  settings[i] = above ? most + 1 : schema[i].min - 1;
  RC_ASSERT(schema.first_invalid(settings).has_value());
  RC_ASSERT(schema.first_invalid(settings)->field == schema[i].name);
  RC_ASSERT(schema.first_invalid(settings)->value == settings[i]);
}

Settings any_numbers(const Schema& schema) {
  Settings settings;
  for (std::size_t i = 0; i < schema.size(); ++i) settings.push_back(*rc::gen::arbitrary<std::int64_t>());
  return settings;
}

RC_GTEST_PROP(SchemaProperty, ClampedIsValidAndIdempotent, (bool for_bytes)) {
  const Schema schema = *random_schema();
  const Settings clamped = schema.clamped(any_numbers(schema), for_bytes);
  RC_ASSERT(schema.validate(clamped).has_value());
  RC_ASSERT(schema.clamped(clamped, for_bytes) == clamped);
}

RC_GTEST_PROP(SchemaProperty, ClampedLeavesWhatIsValid, ()) {
  const Schema schema = *random_schema();
  const Settings valid = *settings_of(schema);
  RC_ASSERT(schema.clamped(valid) == valid);
  const Settings for_bytes = *settings_for_bytes(schema);
  RC_ASSERT(schema.clamped(for_bytes, true) == for_bytes);
}

RC_GTEST_PROP(SchemaProperty, WithASmallerValueIsValid, ()) {
  const Schema schema = *random_schema();
  const Settings settings = *settings_of(schema);
  const auto i = *rc::gen::inRange<std::size_t>(0, schema.size());
  const auto ordinal = *rc::gen::inRange<std::int64_t>(0, schema.ordinal(i, settings[i]) / 2 + 1);
  // An earlier value of a list may be a larger number. It still counts as the smaller one.
  const Settings changed = schema.with(settings, i, schema.value_at(i, ordinal));
  RC_ASSERT(schema.validate(changed).has_value());
  RC_ASSERT(changed[i] == schema.value_at(i, ordinal));
  for (std::size_t k = 0; k < schema.size(); ++k) RC_ASSERT(k == i || changed[k] <= settings[k]);
}

RC_GTEST_PROP(SchemaProperty, DigestTellsSchemasApart, ()) {
  const Schema schema = *random_schema();
  std::vector<Parameter> parameters(schema.begin(), schema.end());
  RC_ASSERT(Schema::make(parameters, schema.takes_data()).value().digest() == schema.digest());
  RC_ASSERT(Schema::make(parameters, schema.takes_data()).value() == schema);
  RC_ASSERT(schema.digest() != 0U);
  const Schema other_data = Schema::make(parameters, !schema.takes_data()).value();
  RC_ASSERT(other_data.digest() != schema.digest());
  Parameter& p = parameters[*rc::gen::inRange<std::size_t>(0, parameters.size())];
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      p.name += "x";
      break;
    case 1:
      p.role = p.role == Role::kShape ? Role::kInput : Role::kShape;
      break;
    default:
      p.edges.push_back({.number = p.usual});
  }
  const Schema changed = Schema::make(parameters, schema.takes_data()).value();
  RC_ASSERT(!(changed == schema));
  RC_ASSERT(changed.digest() != schema.digest());
}

RC_GTEST_PROP(SchemaProperty, AnotherSchemaIsAnotherDigest, ()) {
  const Schema a = *random_schema();
  const Schema b = *random_schema();
  RC_ASSERT((a == b) == (a.digest() == b.digest()));
}

}  // namespace
}  // namespace straylane
