#include "codec/token_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "codec/base64url.h"
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
constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. \n";

Case without_sites(Case value) {
  if (auto* recorded = std::get_if<RecordedForm>(&value.schedule)) {
    for (Choice& choice : *recorded) choice.site.reset();
  }
  value.sites.clear();
  value.system = {};
  return value;
}

const Schema& factory() { return factory_program().schema; }
Expected<TokenCase> read_as(const Schema& schema, std::string_view token) {
  return case_from_token(token, [&](const std::string&) { return &schema; });
}
Expected<TokenCase> read(std::string_view token) { return read_as(factory(), token); }

Case usual_case() {
  Case value;
  value.calls = {FactorySettings{}};
  return value;
}

Case any_token_case(std::uint64_t seed, const Schema& schema) {
  Case value = props::Sampler(seed).any_case(schema);
  if (std::holds_alternative<DrawnForm>(value.schedule)) value.schedule = SearchForm{};
  return value;
}

TEST(TokenCodec, EveryCaseRoundTripsWithoutSites) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Schema& schema = props::test_schema(seed);
    const Case value = any_token_case(seed, schema);
    const auto token = case_to_token(value, schema);
    ASSERT_TRUE(token) << "seed " << seed << ": " << token.error().message;
    const auto back = read_as(schema, *token);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message;
    ASSERT_TRUE(back->value == without_sites(value)) << "seed " << seed << "\n" << to_json(value, schema);
    ASSERT_EQ(back->digest, sites_digest(value)) << "seed " << seed;
    ASSERT_EQ(case_to_token(*back, schema), *token) << "seed " << seed;
  }
}

RC_GTEST_PROP(TokenCodecProperty, SettingsRoundTrip, ()) {
  const Schema schema = *random_schema();
  Case value;
  value.calls = *rc::gen::container<std::vector<Settings>>(*rc::gen::inRange<std::size_t>(1, 17), settings_of(schema));
  const auto token = case_to_token(value, schema);
  RC_ASSERT(token.has_value());
  RC_ASSERT(read_as(schema, *token) == (TokenCase{value, 0}));
}

RC_GTEST_PROP(TokenCodecProperty, GeneratedCasesRoundTrip, ()) {
  const Schema schema = *rc::gen::element(factory(), *random_schema());
  Case value = *case_generator(schema);
  if (std::holds_alternative<DrawnForm>(value.schedule)) value.schedule = RecordedForm{};
  const auto token = case_to_token(value, schema);
  RC_ASSERT(token.has_value());
  RC_ASSERT(read_as(schema, *token) == (TokenCase{value, 0}));
}

TEST(TokenCodec, EightPreemptionsFitInAHundredCharacters) {
  Case value;
  value.program = "factory";
  value.calls = {FactorySettings{64, 64, 64, 64}};
  RecordedForm recorded;
  for (std::uint32_t i = 0; i < 8; ++i) {
    recorded.push_back({{0, 63}, 4095 - i, {0, 62}, Site{"file", "function", "statement", 0, 1}});
  }
  value.schedule = recorded;
  for (const char* target : {"numba", "host", "cuda"}) {
    value.target = target;
    EXPECT_LE(case_to_token(value, factory())->size(), 100U);
  }
}

TEST(TokenCodec, BelongsToItsSchema) {
  Case value = usual_case();
  value.program = "mine";
  const std::string token = *case_to_token(value, factory());
  EXPECT_EQ(case_from_token(token, [](const std::string&) { return nullptr; }).error().message,
            "token: no program \"mine\" is known");
  const std::string changed = "token: is of another version of program \"mine\", which had other parameters";
  EXPECT_EQ(read_as(Schema(), token).error(), (Error{ErrorCode::kMalformed, changed}));
  std::vector<Parameter> parameters(factory().begin(), factory().end());
  parameters[0].edges.pop_back();
  EXPECT_EQ(read_as(Schema::make(parameters).value(), token).error().message, changed);
  EXPECT_EQ(read_as(Schema::make(parameters, true).value(), token).error().message, changed);
}

TEST(TokenCodec, DataHasABound) {
  const Schema schema = Schema::make({{.name = "n", .max = 9, .byte_max = 9}}, true).value();
  Case value;
  value.calls = {{3}};
  value.data.resize(kTokenDataBytesMax, 0xab);
  const auto token = case_to_token(value, schema);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_TRUE(read_as(schema, *token) == (TokenCase{value, 0}));
  value.data.push_back(0);
  EXPECT_EQ(case_to_token(value, schema).error().message,
            "token: data: has 1025 bytes, must have at most 1024; use JSON");
  value.calls = {FactorySettings{}};
  EXPECT_EQ(case_to_token(value, factory()).error().message, "token: data: the program takes no data");
}

// Replaces any one character by any other, and exchanges any two neighbours.
TEST(TokenCodec, MistypedCharactersAreDetected) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Schema& schema = props::test_schema(seed);
    const std::string token = *case_to_token(any_token_case(seed, schema), schema);
    if (token.size() > 400) continue;
    for (std::size_t at = 0; at < token.size(); ++at) {
      for (const char c : kCharacters) {
        if (c == token[at]) continue;
        std::string wrong = token;
        wrong[at] = c;
        const auto value = read_as(schema, wrong);
        ASSERT_FALSE(value) << token << "\n" << wrong;
        ASSERT_TRUE(props::is_one_line_error(value.error(), "token: ")) << value.error().message;
      }
      if (at + 1 == token.size() || token[at] == token[at + 1]) continue;
      std::string exchanged = token;
      std::swap(exchanged[at], exchanged[at + 1]);
      ASSERT_FALSE(read_as(schema, exchanged)) << token << "\n" << exchanged;
    }
    for (std::size_t length = 0; length < token.size(); ++length) {
      ASSERT_FALSE(read_as(schema, std::string_view(token).substr(0, length)));
    }
    ASSERT_FALSE(read_as(schema, token + "A"));
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

// A payload before its checksum: the head, no target, program "p", the digest of the factory's schema, and `rest`.
Bytes payload(std::uint8_t head, const Bytes& rest, const Bytes& target = {0}) {
  Bytes out = {head};
  out.insert(out.end(), target.begin(), target.end());
  out.insert(out.end(), {1, 'p'});
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(factory().digest() >> shift));
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

TEST(TokenCodec, WhatIsNotATokenIsRefused) {
  const std::string layout = "is not laid out as this version writes it";
  ASSERT_TRUE(read(with_checksum(payload(4, {1, 9, 4, 7, 31, 0, 0, 0, 0, 0}))));
  const std::vector<Row> rows = {
      {"", "must start with \"sl2.\""},
      {"sl1.AAAA", "must start with \"sl2.\""},
      {" sl2.AAAA", "must start with \"sl2.\""},
      {"sl2.", "is too short"},
      {"sl2.AA\nAA", "has a wrong character, or one too many or too few"},
      {"sl2.AAAAAAAAAAAAAAAA", "is mistyped or cut short: wrong checksum"},
      {"sl2." + std::string(20'000, 'A'), "has 20004 characters, must have at most 16384"},
      {with_checksum(payload(0x14, {1, 9, 4, 7, 31, 0, 0, 0, 0, 0})), layout},  // head beyond its bits
      {with_checksum(payload(7, {1, 9, 4, 7, 31, 0, 0, 0, 0, 0})), "granularity: does not exist"},
      {with_checksum(payload(4, {1, 9, 4, 7, 31, 0, 9, 0, 0, 0, 0})), layout},     // something after the end
      {with_checksum(payload(4, {1, 9, 4, 7, 31, 1, 0, 0, 0, 0})), layout},        // an entry is missing
      {with_checksum(payload(4, {1, 0x89, 0, 4, 7, 31, 0, 0, 0, 0, 0})), layout},  // a number too long
      {with_checksum(payload(12, {1, 9, 4, 7, 31, 0, 0, 0, 0, 0, 0})),
       layout},  // no data, but the head says that there is
      {with_checksum(payload(12, {1, 9, 4, 7, 31, 1, 'x', 0, 0, 0, 0, 0})), "data: the program takes no data"},
      {with_checksum(payload(4, {1, 9, 4, 7, 31, 0, 0, 0, 0, 0}, {2, 'a', '\n'})), "target: is not a name"},
      {with_checksum({4, 0, 1, '\n', 0, 0, 0, 0, 0, 0, 0, 0}), "program: is not a name"},
      {with_checksum({4, 0, 1, 'p', 1, 2, 3, 4, 0, 0, 0, 0}),
       "is of another version of program \"p\", which had other parameters"},
      {with_checksum({4, 0, 1, 'p', 1, 0, 0, 0, 0}), layout},  // the digest of the schema is cut
      {with_checksum(payload(4, {1, 9, 4, 7, 31, 1, 0, 0, 5, 0, 0, 0, 0})),
       "schedule[0].yield: is 0, must be 1 or more"},
      {with_checksum(payload(4, {1, 9, 4, 7, 31, 1, 1, 0, 0, 5, 2, 0, 0, 0, 0})), layout},  // a launch that has a code
      {with_checksum(payload(4, {0, 0, 0, 0, 0, 0})), "calls has 0 entries, must have 1..16"},
      {with_checksum(payload(4, {1, 9, 4, 11, 31, 0, 0, 0, 0, 0})), layout},  // n_threads above array_size
      {with_checksum(payload(4, {1, 9, 4, 7, 31, 2, 2, 1, 3, 2, 1, 0, 0, 0, 0, 0})),
       "schedule[1]: second choice for yield point 1 of thread 0:0"},
  };
  for (const Row& row : rows) {
    const auto value = read(row.input);
    ASSERT_FALSE(value) << row.message << "\n" << row.input;
    EXPECT_EQ(value.error().message, "token: " + row.message) << row.input;
    EXPECT_EQ(value.error().code, ErrorCode::kMalformed);
  }
}

TEST(TokenCodec, WhatATokenCannotSayIsRefused) {
  const auto message = [](const Case& value) { return case_to_token(value, factory()).error().message; };
  Case drawn = usual_case();
  drawn.schedule = DrawnForm{};
  EXPECT_EQ(message(drawn),
            "token: drawn: a token holds the search form or the recorded form; run the case to record it");
  Case invalid;
  invalid.calls = {FactorySettings{.n_threads = 11}};
  EXPECT_EQ(message(invalid), "token: calls[0].n_threads is 11, must be 0..array_size = 10");
  Case named = usual_case();
  named.program = "two\nlines";
  EXPECT_EQ(message(named), "token: program: is not a name");
  Case large = usual_case();
  large.schedule = SearchForm(10'000);
  EXPECT_EQ(message(large), "token: would have 26700 characters, must have at most 16384; use JSON");
}

// Arbitrary payloads with a correct checksum.
TEST(TokenCodec, RandomPayloadsAreACaseOrAOneLineError) {
  std::uint64_t accepted = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    props::Sampler sampler(seed);
    Bytes random = sampler.bytes(30);
    if (sampler.one_in(2)) random.insert(random.begin(), {1, 9, 4, 7, 31});
    const auto head = static_cast<std::uint8_t>(sampler.one_in(8) ? sampler.below(16) : sampler.below(2) * 4);
    const auto value = read(with_checksum(sampler.one_in(4) ? random : payload(head, random)));
    if (value) {
      ++accepted;
      ASSERT_TRUE(factory().validate(value->value.calls));
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
    const auto value = read(text);
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
