#include "codec/token_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "codec/base64url.h"
#include "codec/crc32.h"
#include "codec/json_codec.h"
#include "generate/case_generator.h"
#include "props/codec/one_line_check.h"
#include "props/codec/sampler.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kCases = 100'000;
constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. \n";

Case without_sites(Case value) {
  if (auto* recorded = std::get_if<RecordedForm>(&value.schedule)) {
    for (Choice& choice : *recorded) choice.site.reset();
  }
  value.sites.clear();
  value.system = {};
  return value;
}

Case any_token_case(std::uint64_t seed) {
  Case value = props::Sampler(seed).any_case();
  if (std::holds_alternative<DrawnForm>(value.schedule)) value.schedule = SearchForm{};
  return value;
}

TEST(TokenCodec, EveryCaseRoundTripsWithoutSites) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Case value = any_token_case(seed);
    const auto token = case_to_token(value);
    ASSERT_TRUE(token) << "seed " << seed << ": " << token.error().message;
    const auto back = case_from_token(*token);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message;
    ASSERT_TRUE(back->value == without_sites(value)) << "seed " << seed << "\n" << to_json(value);
    ASSERT_EQ(back->digest, sites_digest(value)) << "seed " << seed;
    ASSERT_EQ(case_to_token(*back), *token) << "seed " << seed;
  }
}

RC_GTEST_PROP(TokenCodecProperty, GeneratedCasesRoundTrip, ()) {
  Case value = *case_generator();
  if (std::holds_alternative<DrawnForm>(value.schedule)) value.schedule = RecordedForm{};
  const auto token = case_to_token(value);
  RC_ASSERT(token.has_value());
  RC_ASSERT(case_from_token(*token) == (TokenCase{value, 0}));
}

TEST(TokenCodec, EightPreemptionsFitInEightyCharacters) {
  Case value;
  value.launches = {{bounds::kArraySizeMax, bounds::kBufferSizeMax, bounds::kArraySizeMax, bounds::kBlockSizeMax}};
  RecordedForm recorded;
  for (std::uint32_t i = 0; i < 8; ++i) {
    recorded.push_back({{0, 63}, 4095 - i, {0, 62}, Site{"file", "function", "statement", 0, 1}});
  }
  value.schedule = recorded;
  for (const char* target : {"numba", "host", "cuda"}) {
    value.target = target;
    EXPECT_LE(case_to_token(value)->size(), 80U);
  }
}

// Any one character replaced by any other, and any two neighbours exchanged.
TEST(TokenCodec, MistypedCharactersAreDetected) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::string token = *case_to_token(any_token_case(seed));
    if (token.size() > 400) continue;
    for (std::size_t at = 0; at < token.size(); ++at) {
      for (const char c : kCharacters) {
        if (c == token[at]) continue;
        std::string wrong = token;
        wrong[at] = c;
        const auto value = case_from_token(wrong);
        ASSERT_FALSE(value) << token << "\n" << wrong;
        ASSERT_TRUE(props::is_one_line_error(value.error(), "token: ")) << value.error().message;
      }
      if (at + 1 == token.size() || token[at] == token[at + 1]) continue;
      std::string exchanged = token;
      std::swap(exchanged[at], exchanged[at + 1]);
      ASSERT_FALSE(case_from_token(exchanged)) << token << "\n" << exchanged;
    }
    for (std::size_t length = 0; length < token.size(); ++length) {
      ASSERT_FALSE(case_from_token(std::string_view(token).substr(0, length)));
    }
    ASSERT_FALSE(case_from_token(token + "A"));
  }
}

std::string with_checksum(Bytes payload) {
  const std::uint32_t crc = crc32(payload);
  for (int shift = 0; shift < 32; shift += 8) payload.push_back(static_cast<std::uint8_t>(crc >> shift));
  return std::string(kTokenPrefix) + to_base64url(payload);
}

TEST(TokenCodec, Crc32HasItsCheckValue) {
  const std::string_view text = "123456789";
  EXPECT_EQ(crc32(Bytes(text.begin(), text.end())), 0xcbf43926U);
}

TEST(TokenCodec, Base64UrlOfTheStandard) {
  const auto encoded = [](std::string_view text) { return to_base64url(Bytes(text.begin(), text.end())); };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg");
  EXPECT_EQ(encoded("fo"), "Zm8");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff}), "-_8");
  EXPECT_EQ(from_base64url("Zm9vYmE"), (Bytes{'f', 'o', 'o', 'b', 'a'}));
  for (const char* bad : {"A", "Zh", "Zm9=", "Zm9v\n", "Zm+v"}) EXPECT_EQ(from_base64url(bad), std::nullopt) << bad;
}

struct Row {
  std::string input;
  std::string message;
};

TEST(TokenCodec, WhatIsNotATokenIsRefused) {
  const std::string layout = "is not laid out as this version writes it";
  const Bytes valid = {0x20, 1, 10, 5, 7, 32, 0, 0, 0, 0, 0};
  ASSERT_TRUE(case_from_token(with_checksum(valid)));
  const std::vector<Row> rows = {
      {"", "must start with \"sl1.\""},
      {"sl2.AAAA", "must start with \"sl1.\""},
      {" sl1.AAAA", "must start with \"sl1.\""},
      {"sl1.", "is too short"},
      {"sl1.AA\nAA", "has a character that does not belong there, or one too many or too few"},
      {"sl1.AAAAAAAAAAAAAAAA", "is mistyped or cut short: wrong checksum"},
      {"sl1." + std::string(20'000, 'A'), "has 20004 characters, must have at most 16384"},
      {with_checksum({0x40, 1, 10, 5, 7, 32, 0, 0, 0, 0, 0}), layout},  // head beyond its bits
      {with_checksum({0x2c, 1, 10, 5, 7, 32, 0, 0, 0, 0, 0}), "granularity: there is no such one"},
      {with_checksum({0x20, 1, 10, 5, 7, 32, 0, 9, 0, 0, 0, 0}), layout},    // something behind the end
      {with_checksum({0x20, 1, 10, 5, 7, 32, 1, 0, 0, 0, 0}), layout},       // an entry is missing
      {with_checksum({0x20, 1, 0x8a, 0, 5, 7, 32, 0, 0, 0, 0, 0}), layout},  // a number too long
      {with_checksum({0x23, 4, 'h', 'o', 's', 't', 1, 10, 5, 7, 32, 0, 0, 0, 0, 0}), layout},  // a known name in full
      {with_checksum({0x23, 2, 'a', '\n', 1, 10, 5, 7, 32, 0, 0, 0, 0, 0}), "target: is not a name"},
      {with_checksum({0x20, 1, 10, 5, 7, 32, 1, 0, 0, 5, 0, 0, 0, 0}), "schedule[0].yield: is 0, must be 1 or more"},
      {with_checksum({0x20, 1, 10, 5, 7, 32, 1, 1, 0, 0, 5, 2, 0, 0, 0, 0}), layout},  // a launch that is there
      {with_checksum({0x20, 0, 0, 0, 0, 0, 0}), "launches has 0 entries, must have 1..16"},
      {with_checksum({0x20, 1, 10, 5, 11, 32, 0, 0, 0, 0, 0}),
       "launches[0].n_threads is 11, must be 0..array_size = 10"},
      {with_checksum({0x20, 1, 10, 5, 7, 32, 2, 2, 1, 3, 2, 1, 0, 0, 0, 0, 0}),
       "schedule[1]: second choice for yield point 1 of thread 0:0"},
  };
  for (const Row& row : rows) {
    const auto value = case_from_token(row.input);
    ASSERT_FALSE(value) << row.input;
    EXPECT_EQ(value.error().message, "token: " + row.message) << row.input;
    EXPECT_EQ(value.error().code, ErrorCode::kMalformed);
  }
}

TEST(TokenCodec, WhatATokenCannotSayIsRefused) {
  Case drawn;
  drawn.schedule = DrawnForm{};
  EXPECT_EQ(case_to_token(drawn).error().message,
            "token: drawn: a token holds the search form or the recorded form; run the case to record it");
  Case invalid;
  invalid.launches[0].n_threads = 11;
  EXPECT_EQ(case_to_token(invalid).error().message, "token: launches[0].n_threads is 11, must be 0..array_size = 10");
  Case named;
  named.program = "two\nlines";
  EXPECT_EQ(case_to_token(named).error().message, "token: program: is not a name");
  Case large;
  large.schedule = SearchForm(10'000);
  EXPECT_EQ(case_to_token(large).error().message,
            "token: would have 26692 characters, must have at most 16384; use JSON");
}

// Payloads that are anything at all behind a right checksum.
TEST(TokenCodec, RandomPayloadsAreACaseOrAOneLineError) {
  std::uint64_t accepted = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    props::Sampler sampler(seed);
    Bytes payload = sampler.bytes(30);
    if (sampler.one_in(2)) payload.insert(payload.begin(), {0x20, 1, 10, 5, 7, 32});
    const auto value = case_from_token(with_checksum(payload));
    if (value) {
      ++accepted;
      ASSERT_TRUE(validate(value->value.launches));
    } else {
      ASSERT_TRUE(props::is_one_line_error(value.error(), "token: ")) << value.error().message;
    }
  }
  EXPECT_GT(accepted, 100U);
}

TEST(TokenCodec, RandomTextIsAOneLineError) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    props::Sampler sampler(seed);
    const Bytes bytes = sampler.bytes(60);
    std::string text(bytes.begin(), bytes.end());
    if (sampler.one_in(2)) text.insert(0, kTokenPrefix);
    const auto value = case_from_token(text);
    ASSERT_FALSE(value) << "seed " << seed;
    ASSERT_TRUE(props::is_one_line_error(value.error(), "token: ")) << value.error().message;
  }
}

TEST(SitesDigest, IsAboutSitesAndNotAboutLinesOrTheSystem) {
  Case value;
  const Site site{"a.py", "f", "x = 1", 0, 10};
  value.schedule = RecordedForm{{{0, 0}, 3, {0, 1}, site}, {{0, 1}, 4, {0, 0}, std::nullopt}};
  value.sites = {site};
  const std::uint32_t digest = sites_digest(value);
  EXPECT_NE(digest, 0U);
  EXPECT_EQ(sites_digest(Case{}), 0U);
  EXPECT_EQ(sites_digest(without_sites(value)), 0U);

  Case elsewhere = value;
  elsewhere.sites[0].line = 11;
  elsewhere.system.python = "3.13";
  EXPECT_EQ(sites_digest(elsewhere), digest);

  std::set<std::uint32_t> digests = {digest};
  std::vector<Case> others(9, value);
  others[0].sites[0].file = "b.py";
  others[1].sites[0].function = "g";
  others[2].sites[0].statement = "x = 2";
  others[3].sites[0].occurrence = 1;
  others[4].sites.push_back(site);
  others[5].target = "host";
  others[6].granularity = Granularity::kLine;
  std::swap(std::get<RecordedForm>(others[7].schedule)[0].site, std::get<RecordedForm>(others[7].schedule)[1].site);
  others[8].sites.clear();
  for (const Case& other : others) digests.insert(sites_digest(other));
  EXPECT_EQ(digests.size(), 10U);
}

}  // namespace
}  // namespace straylane
