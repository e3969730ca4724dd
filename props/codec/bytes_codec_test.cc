#include "codec/bytes_codec.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "codec/json_codec.h"
#include "generate/case_generator.h"
#include "props/codec/one_line_check.h"
#include "props/codec/sampler.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kCases = 100'000;

TEST(BytesCodec, EveryCaseOfTheByteDomainRoundTrips) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Case value = props::Sampler(seed).byte_domain_case();
    const auto bytes = case_to_bytes(value);
    ASSERT_TRUE(bytes) << "seed " << seed << ": " << bytes.error().message;
    ASSERT_TRUE(case_from_bytes(*bytes) == value) << "seed " << seed << "\n" << to_json(value);
  }
}

// bytes -> case -> bytes -> case: one step makes them canonical, and then they stay.
TEST(BytesCodec, EveryStringOfBytesIsAStableValidCase) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Bytes bytes = props::Sampler(seed).bytes(120);
    const Case value = case_from_bytes(bytes);
    ASSERT_TRUE(validate(value.launches)) << "seed " << seed;
    const auto canonical = case_to_bytes(value);
    ASSERT_TRUE(canonical) << "seed " << seed << ": " << canonical.error().message;
    ASSERT_TRUE(case_from_bytes(*canonical) == value) << "seed " << seed;
    ASSERT_EQ(case_to_bytes(case_from_bytes(*canonical)), *canonical) << "seed " << seed;
  }
}

TEST(BytesCodec, DecodedCasesRoundTripThroughJson) {
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    const Case value = case_from_bytes(props::Sampler(seed).bytes(120));
    const auto back = case_from_json(to_json(value), "a");
    ASSERT_TRUE(back && *back == value) << "seed " << seed;
  }
}

RC_GTEST_PROP(BytesCodecProperty, EveryPrefixIsACase, (const Bytes& bytes)) {
  for (std::size_t i = 0; i <= bytes.size(); ++i) {
    const Case value = case_from_bytes(std::span(bytes).first(i));
    const auto canonical = case_to_bytes(value);
    RC_ASSERT(canonical.has_value());
    RC_ASSERT(case_from_bytes(*canonical) == value);
  }
}

// What generators draw is within the byte domain, the drawn form apart.
RC_GTEST_PROP(BytesCodecProperty, GeneratedCasesRoundTrip, ()) {
  Case value = *case_generator();
  if (std::holds_alternative<DrawnForm>(value.schedule)) value.schedule = SearchForm{};
  const auto bytes = case_to_bytes(value);
  RC_ASSERT(bytes.has_value());
  RC_ASSERT(case_from_bytes(*bytes) == value);
}

TEST(BytesCodec, NoBytesAreTheDefaultCase) { EXPECT_TRUE(case_from_bytes({}) == Case{}); }

TEST(BytesCodec, MissingBytesReadAsDefaults) {
  EXPECT_EQ(case_from_bytes(Bytes{0, 3}).launches, (std::vector<Settings>{{4, 5, 2, 32}}));  // n_threads 7 mod 5
  EXPECT_EQ(case_from_bytes(Bytes{1, 9, 8}).launches, (std::vector<Settings>{{10, 5, 8, 32}, Settings{}}));
}

TEST(BytesCodec, WhatIsIgnored) {
  const Bytes launch = {0x7c, 9, 7, 0, 4, 0, 31};  // bits 2-6 of the first byte
  const auto decoded = [&](const Bytes& rest, std::uint8_t form = 0) {
    Bytes all = launch;
    all[0] |= form;
    all.insert(all.end(), rest.begin(), rest.end());
    return case_from_bytes(all).schedule;
  };
  EXPECT_EQ(decoded({}), Schedule(SearchForm{}));
  EXPECT_EQ(decoded({3}), Schedule(SearchForm{}));
  EXPECT_EQ(decoded({3, 1, 9}), Schedule(SearchForm{{3, 1}}));
  EXPECT_EQ(decoded({3, 0xff, 4, 0xff, 5, 2, 7, 0xff}), Schedule(SearchForm{{12, 2}}));
  const Bytes twice = {0, 0, 0, 0, 1, 0, /**/ 0, 0, 7, 0, 1, 0, /**/ 0, 0, 7, 0, 2, 0, /**/ 0xff, 0xff, 7, 0, 1};
  EXPECT_EQ(decoded(twice, 0x80), Schedule(RecordedForm{{{0, 0}, 7, {0, 1}, std::nullopt}}));
}

TEST(BytesCodec, GapsThatAddUpAreBounded) {
  Bytes bytes = {0, 9, 7, 0, 4, 0, 31};
  for (int i = 0; i < 300; ++i) bytes.insert(bytes.end(), {0xff, 0xff});
  bytes.insert(bytes.end(), {0, 1});
  EXPECT_EQ(case_from_bytes(bytes).schedule, Schedule(SearchForm{{byte_bounds::kGapMax, 1}}));
}

TEST(BytesCodec, EntriesAreBounded) {
  for (const std::uint8_t form : {0x00, 0x80}) {
    Bytes bytes = {form, 9, 7, 0, 4, 0, 31};
    for (std::uint32_t i = 0; i < 20'000; ++i) bytes.push_back(static_cast<std::uint8_t>(i % 251));
    const Schedule schedule = case_from_bytes(bytes).schedule;
    const auto* search = std::get_if<SearchForm>(&schedule);
    EXPECT_LE(search != nullptr ? search->size() : std::get<RecordedForm>(schedule).size(), byte_bounds::kEntriesMax);
    EXPECT_TRUE(case_from_bytes(*case_to_bytes(case_from_bytes(bytes))) == case_from_bytes(bytes));
  }
}

TEST(BytesCodec, SitesAndSystemAreDropped) {
  Case value = props::Sampler(1).byte_domain_case();
  value.schedule = RecordedForm{{{0, 1}, 3, ThreadId::main(), Site{"a", "b", "c", 0, 1}}};
  Case bare = value;
  std::get<RecordedForm>(bare.schedule)[0].site.reset();
  value.system.python = "3.11";
  value.sites = {Site{"a", "b", "c", 0, 1}};
  EXPECT_TRUE(case_from_bytes(*case_to_bytes(value)) == bare);
}

struct Row {
  Settings settings;
  Schedule schedule;
  std::string message;
};

TEST(BytesCodec, WhatBytesCannotSayIsRefusedByName) {
  const RecordedForm twice(2, Choice{{0, 0}, 7, {0, 1}, std::nullopt});
  const auto recorded = [](ThreadId thread, std::uint32_t yield, ThreadId to) {
    return RecordedForm{{thread, yield, to, std::nullopt}};
  };
  const std::vector<Row> rows = {
      {{257, 5, 7, 32}, SearchForm{}, "launches[0].array_size: is 257, must be 1..256"},
      {{0, 5, 0, 32}, SearchForm{}, "launches[0].array_size: is 0, must be 1..256"},
      {{10, 1025, 7, 32}, SearchForm{}, "launches[0].buffer_size: is 1025, must be 1..1024"},
      {{10, 5, 11, 32}, SearchForm{}, "launches[0].n_threads: is 11, must be 0..10"},
      {{10, 5, 7, 65}, SearchForm{}, "launches[0].block_size: is 65, must be 1..64"},
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
    value.launches = {row.settings};
    value.schedule = row.schedule;
    const auto bytes = case_to_bytes(value);
    ASSERT_FALSE(bytes) << row.message;
    EXPECT_EQ(bytes.error().message, "bytes: " + row.message);
    EXPECT_EQ(bytes.error().code, ErrorCode::kOutOfRange);
    EXPECT_TRUE(props::is_one_line_error(bytes.error(), "bytes: "));
  }
  Case five;
  five.launches.resize(5);
  EXPECT_EQ(case_to_bytes(five).error().message, "bytes: launches: has 5 entries, must have 1..4");
}

}  // namespace
}  // namespace straylane
