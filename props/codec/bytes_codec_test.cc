#include "codec/bytes_codec.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "codec/json_codec.h"
#include "generate/case_generator.h"
#include "program/factory/factory_settings.h"
#include "props/codec/one_line_check.h"
#include "props/codec/sampler.h"
#include "props/codec/test_schemas.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kCases = 100'000;

const Schema& factory() { return factory_program().schema; }
Case decoded(const Bytes& bytes) { return case_from_bytes(bytes, factory()); }

TEST(BytesCodec, EveryCaseOfTheByteDomainRoundTrips) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Schema& schema = props::test_schema(seed);
    const Case value = props::Sampler(seed).byte_domain_case(schema);
    const auto bytes = case_to_bytes(value, schema);
    ASSERT_TRUE(bytes) << "seed " << seed << ": " << bytes.error().message;
    ASSERT_TRUE(case_from_bytes(*bytes, schema) == value) << "seed " << seed << "\n" << to_json(value, schema);
  }
}

// The bytes of a case of some program, so that most of them matter.
Bytes some_bytes(std::uint64_t seed, const Schema& schema) {
  props::Sampler sampler(seed);
  Bytes bytes = sampler.bytes(120);
  if (sampler.one_in(2)) return bytes;
  Bytes out = *case_to_bytes(sampler.byte_domain_case(schema), schema);
  for (auto left = sampler.below(4); left > 0; --left)
    out[sampler.below(out.size())] = static_cast<std::uint8_t>(sampler.next());
  out.resize(sampler.below(out.size() + 1));
  return out;
}

// bytes -> case -> bytes -> case: one step makes them canonical, and then they stay.
TEST(BytesCodec, EveryStringOfBytesIsAStableValidCase) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Schema& schema = props::test_schema(seed);
    const Case value = case_from_bytes(some_bytes(seed, schema), schema);
    ASSERT_TRUE(schema.validate(value.calls)) << "seed " << seed;
    for (const Settings& settings : value.calls) ASSERT_EQ(schema.clamped(settings, true), settings) << "seed " << seed;
    ASSERT_TRUE(schema.takes_data() || value.data.empty()) << "seed " << seed;
    const auto canonical = case_to_bytes(value, schema);
    ASSERT_TRUE(canonical) << "seed " << seed << ": " << canonical.error().message;
    ASSERT_TRUE(case_from_bytes(*canonical, schema) == value) << "seed " << seed;
    ASSERT_EQ(case_to_bytes(case_from_bytes(*canonical, schema), schema), *canonical) << "seed " << seed;
  }
}

TEST(BytesCodec, DecodedCasesRoundTripThroughJson) {
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    const Schema& schema = props::test_schema(seed);
    const Case value = case_from_bytes(some_bytes(seed, schema), schema);
    const auto back = case_from_json(to_json(value, schema), "a", [&](const std::string&) { return &schema; });
    ASSERT_TRUE(back && *back == value) << "seed " << seed;
  }
}

RC_GTEST_PROP(BytesCodecProperty, EveryPrefixIsACase, (const Bytes& bytes)) {
  const Schema schema = *random_schema();
  for (std::size_t i = 0; i <= bytes.size(); ++i) {
    const Case value = case_from_bytes(std::span(bytes).first(i), schema);
    const auto canonical = case_to_bytes(value, schema);
    RC_ASSERT(canonical.has_value());
    RC_ASSERT(case_from_bytes(*canonical, schema) == value);
  }
}

RC_GTEST_PROP(BytesCodecProperty, SettingsForBytesRoundTrip, ()) {
  const Schema schema = *random_schema();
  Case value;
  value.calls =
      *rc::gen::container<std::vector<Settings>>(*rc::gen::inRange<std::size_t>(1, 5), settings_for_bytes(schema));
  const auto bytes = case_to_bytes(value, schema);
  RC_ASSERT(bytes.has_value());
  RC_ASSERT(case_from_bytes(*bytes, schema) == value);
}

// Valid settings that bytes cannot hold are refused, and the message names the parameter.
RC_GTEST_PROP(BytesCodecProperty, SettingsAreWrittenOrRefusedByName, ()) {
  const Schema schema = *random_schema();
  const Settings settings = *settings_of(schema);
  Case value;
  value.calls = {settings};
  const auto bytes = case_to_bytes(value, schema);
  const Settings clamped = schema.clamped(settings, true);
  RC_ASSERT(bytes.has_value() == (clamped == settings));
  if (bytes) return;
  std::size_t first = 0;
  while (settings[first] == clamped[first]) ++first;
  RC_ASSERT(props::is_one_line_error(bytes.error(), "bytes: calls[0]." + schema[first].name + ": is "));
}

RC_GTEST_PROP(BytesCodecProperty, NoBytesAreOneUsualCall, ()) {
  const Schema schema = *random_schema();
  Case usual;
  usual.calls = {schema.clamped(schema.usual(), true)};
  RC_ASSERT(case_from_bytes({}, schema) == usual);
}

// Bytes can hold everything that generators draw, except the drawn form.
RC_GTEST_PROP(BytesCodecProperty, GeneratedCasesRoundTrip, ()) {
  const Schema schema = *rc::gen::element(factory(), *random_schema());
  Case value = *case_generator(schema);
  if (std::holds_alternative<DrawnForm>(value.schedule)) value.schedule = SearchForm{};
  const auto bytes = case_to_bytes(value, schema);
  RC_ASSERT(bytes.has_value());
  RC_ASSERT(case_from_bytes(*bytes, schema) == value);
}

TEST(BytesCodec, MissingBytesReadAsTheUsualValues) {
  EXPECT_EQ(decoded({}).calls, std::vector<Settings>{FactorySettings{}});
  EXPECT_EQ(decoded({0, 3}).calls, (std::vector<Settings>{{4, 5, 2, 32}}));  // n_threads 7 mod 5
  EXPECT_EQ(decoded({1, 9, 8}).calls, (std::vector<Settings>{{10, 5, 8, 32}, FactorySettings{}}));
}

// One byte up to 256 values, two up to 65,536, then four and eight; inputs first, then build, then shape.
TEST(BytesCodec, APartOfACallIsAsLongAsItsValuesNeed) {
  constexpr std::int64_t kHighest = INT64_MAX;
  const Schema schema = Schema::make({{.name = "shape", .max = 255, .role = Role::kShape, .byte_max = 255},
                                      {.name = "two", .min = -1, .max = 255, .byte_max = 255},
                                      {.name = "build", .max = 9, .role = Role::kBuild, .byte_max = 3},
                                      {.name = "four", .max = kHighest, .byte_max = 65'536},
                                      {.name = "eight", .min = -kHighest - 1, .max = -1, .usual = -1, .byte_max = -1},
                                      {.name = "list", .values = {64, -7}, .usual = 64}})
                            .value();
  Case value;
  value.calls = {{0xfe, 0, 2, 0x10203 % 65'537, -2, -7}};
  const Bytes expected = {0, 1, 0, 0x02, 0x02, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 0xfe};
  EXPECT_EQ(case_to_bytes(value, schema), expected);
  EXPECT_TRUE(case_from_bytes(expected, schema) == value);
}

// In bytes, the parameter that bounds may come after the one that it bounds, if its role puts it there.
TEST(BytesCodec, ABoundIsKnownWhereverItStands) {
  const Schema schema =
      Schema::make({{.name = "blocks", .min = 1, .max = 8, .usual = 1, .role = Role::kShape, .byte_max = 8},
                    {.name = "used", .min = 1, .max = 8, .max_is = 0, .usual = 1, .byte_max = 8}})
          .value();
  EXPECT_EQ(case_from_bytes(Bytes{0, 6, 3}, schema).calls, (std::vector<Settings>{{4, 3}}));
  Case above;
  above.calls = {{4, 5}};
  EXPECT_EQ(case_to_bytes(above, schema).error().message, "bytes: calls[0].used: is 5, must be 1..4");
}

TEST(BytesCodec, DataStandsBeforeTheSchedule) {
  const Schema schema = Schema::make({{.name = "n", .max = 9, .byte_max = 9}}, true).value();
  Case value;
  value.calls = {{4}};
  value.data = {'a', 'b'};
  value.schedule = SearchForm{{3, 1}};
  const Bytes expected = {0x40, 4, 2, 0, 'a', 'b', 3, 1};
  EXPECT_EQ(case_to_bytes(value, schema), expected);
  EXPECT_TRUE(case_from_bytes(expected, schema) == value);
  // A length beyond the end takes what is there. Without the bit there is no data. A schema without data ignores it.
  EXPECT_EQ(case_from_bytes(Bytes{0x40, 4, 9, 9, 'x'}, schema).data, Bytes{'x'});
  EXPECT_EQ(case_from_bytes(Bytes{0x40, 4, 9}, schema).data, Bytes{});
  EXPECT_EQ(case_from_bytes(Bytes{0, 4, 2, 1}, schema).schedule, Schedule(SearchForm{{2, 1}}));
  EXPECT_EQ(case_from_bytes(Bytes{0x40, 9, 7, 0, 4, 0, 31, 2, 1}, factory()).schedule, Schedule(SearchForm{{2, 1}}));

  value.data.resize(65'536);
  EXPECT_EQ(case_to_bytes(value, schema).error().message, "bytes: data: has 65536 bytes, must have 0..65535");
  value.calls = {FactorySettings{}};
  EXPECT_EQ(case_to_bytes(value, factory()).error().message, "bytes: data: the program takes no data");
}

TEST(BytesCodec, WhatIsIgnored) {
  const Bytes call = {0x7c, 9, 7, 0, 4, 0, 31};  // bits 2-6 of the first byte
  const auto schedule = [&](const Bytes& rest, std::uint8_t form = 0) {
    Bytes all = call;
    all[0] |= form;
    all.insert(all.end(), rest.begin(), rest.end());
    return decoded(all).schedule;
  };
  EXPECT_EQ(schedule({}), Schedule(SearchForm{}));
  EXPECT_EQ(schedule({3}), Schedule(SearchForm{}));
  EXPECT_EQ(schedule({3, 1, 9}), Schedule(SearchForm{{3, 1}}));
  EXPECT_EQ(schedule({3, 0xff, 4, 0xff, 5, 2, 7, 0xff}), Schedule(SearchForm{{12, 2}}));
  const Bytes twice = {0, 0, 0, 0, 1, 0, /**/ 0, 0, 7, 0, 1, 0, /**/ 0, 0, 7, 0, 2, 0, /**/ 0xff, 0xff, 7, 0, 1};
  EXPECT_EQ(schedule(twice, 0x80), Schedule(RecordedForm{{{0, 0}, 7, {0, 1}, std::nullopt}}));
}

TEST(BytesCodec, GapsThatAddUpAreBounded) {
  Bytes bytes = {0, 9, 7, 0, 4, 0, 31};
  for (int i = 0; i < 300; ++i) bytes.insert(bytes.end(), {0xff, 0xff});
  bytes.insert(bytes.end(), {0, 1});
  EXPECT_EQ(decoded(bytes).schedule, Schedule(SearchForm{{byte_bounds::kGapMax, 1}}));
}

TEST(BytesCodec, EntriesAreBounded) {
  for (const std::uint8_t form : {0x00, 0x80}) {
    Bytes bytes = {form, 9, 7, 0, 4, 0, 31};
    for (std::uint32_t i = 0; i < 20'000; ++i) bytes.push_back(static_cast<std::uint8_t>(i % 251));
    const Schedule schedule = decoded(bytes).schedule;
    const auto* search = std::get_if<SearchForm>(&schedule);
    EXPECT_LE(search != nullptr ? search->size() : std::get<RecordedForm>(schedule).size(), byte_bounds::kEntriesMax);
    EXPECT_TRUE(decoded(*case_to_bytes(decoded(bytes), factory())) == decoded(bytes));
  }
}

TEST(BytesCodec, SitesAndSystemAreDropped) {
  Case value = props::Sampler(1).byte_domain_case(factory());
  value.schedule = RecordedForm{{{0, 1}, 3, ThreadId::main(), Site{"a", "b", "c", 0, 1}}};
  Case bare = value;
  std::get<RecordedForm>(bare.schedule)[0].site.reset();
  value.system.python = "3.11";
  value.sites = {Site{"a", "b", "c", 0, 1}};
  EXPECT_TRUE(decoded(*case_to_bytes(value, factory())) == bare);
}

struct Row {
  FactorySettings settings;
  Schedule schedule;
  std::string message;
};

TEST(BytesCodec, WhatBytesCannotSayIsRefusedByName) {
  const RecordedForm twice(2, Choice{{0, 0}, 7, {0, 1}, std::nullopt});
  const auto recorded = [](ThreadId thread, std::uint32_t yield, ThreadId to) {
    return RecordedForm{{thread, yield, to, std::nullopt}};
  };
  const std::vector<Row> rows = {
      {{257, 5, 7, 32}, SearchForm{}, "calls[0].array_size: is 257, must be 1..256"},
      {{0, 5, 0, 32}, SearchForm{}, "calls[0].array_size: is 0, must be 1..256"},
      {{10, 1025, 7, 32}, SearchForm{}, "calls[0].buffer_size: is 1025, must be 1..1024"},
      {{10, 5, 11, 32}, SearchForm{}, "calls[0].n_threads: is 11, must be 0..10"},
      {{10, 5, 7, 65}, SearchForm{}, "calls[0].block_size: is 65, must be 1..64"},
      {{}, SearchForm{{0, 0}, {65536, 0}}, "search[1].gap: is 65536, must be 0..65535"},
      {{}, SearchForm{{0, 255}}, "search[0].pick: is 255, must be 0..254"},
      {{}, SearchForm(1025), "search: has 1025 entries, must have 0..1024"},
      {{}, RecordedForm(1025), "schedule: has 1025 entries, must have 0..1024"},
      {{}, recorded({4, 0}, 1, {0, 0}), "schedule[0].thread: is 4:0, must be m or 0:0..3:16382"},
      {{}, recorded({0, 0}, 1, {3, 16383}), "schedule[0].to: is 3:16383, must be m or 0:0..3:16382"},
      {{}, recorded({0, 16384}, 1, {0, 0}), "schedule[0].thread: is 0:16384, must be m or 0:0..3:16382"},
      {{}, recorded({0, 0}, 65536, {0, 0}), "schedule[0].yield: is 65536, must be 1..65535"},
      {{}, recorded({0, 0}, 0, {0, 0}), "schedule[0].yield: is 0, must be 1..65535"},
      {{}, twice, "schedule[1]: second choice for yield point 7 of thread 0:0"},
      {{}, DrawnForm{}, "drawn: bytes hold the search form or the recorded form; run the case to record it"},
  };
  for (const Row& row : rows) {
    Case value;
    value.calls = {row.settings};
    value.schedule = row.schedule;
    const auto bytes = case_to_bytes(value, factory());
    ASSERT_FALSE(bytes) << row.message;
    EXPECT_EQ(bytes.error().message, "bytes: " + row.message);
    EXPECT_EQ(bytes.error().code, ErrorCode::kOutOfRange);
    EXPECT_TRUE(props::is_one_line_error(bytes.error(), "bytes: "));
  }
  Case value;
  EXPECT_EQ(case_to_bytes(value, factory()).error().message, "bytes: calls: has 0 entries, must have 1..4");
  value.calls.assign(5, FactorySettings{});
  EXPECT_EQ(case_to_bytes(value, factory()).error().message, "bytes: calls: has 5 entries, must have 1..4");
  value.calls = {{1, 2, 3}};
  EXPECT_EQ(case_to_bytes(value, factory()).error().message, "bytes: calls[0].settings: is 3, must be 4 values");
  const Schema list = Schema::make({{.name = "block", .values = {32, 64}, .usual = 32}}).value();
  value.calls = {{33}};
  EXPECT_EQ(case_to_bytes(value, list).error().message, "bytes: calls[0].block: is 33, must be one of 32, 64");
}

}  // namespace
}  // namespace straylane
