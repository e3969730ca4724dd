#include "codec/json_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "generate/case_generator.h"
#include "props/codec/one_line_check.h"
#include "props/codec/sampler.h"

namespace straylane {
namespace {

constexpr std::uint64_t kCases = 40'000;
constexpr std::uint64_t kMutations = 100'000;

// Sites are equal without their lines, so the text is compared too.
TEST(JsonCodec, EveryCaseRoundTrips) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Case value = props::Sampler(seed).any_case();
    const std::string text = to_json(value);
    const auto back = case_from_json(text, "case.json");
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message;
    ASSERT_TRUE(*back == value) << "seed " << seed << "\n" << text;
    ASSERT_EQ(to_json(*back), text) << "seed " << seed;
  }
}

RC_GTEST_PROP(JsonCodecProperty, GeneratedCasesRoundTrip, ()) {
  const Case value = *case_generator();
  const auto back = case_from_json(to_json(value), "case.json");
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == value);
}

TEST(JsonCodec, CompactTextIsTheSameCase) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    const Case value = props::Sampler(seed).any_case();
    const auto back = case_from_json(case_to_json(value).dump(), "case.json");
    ASSERT_TRUE(back && *back == value) << "seed " << seed;
  }
}

TEST(JsonCodec, ProgramGranularitySystemAndSitesMayBeAbsent) {
  const auto value = case_from_json(
      R"({"format": "straylane-case/1", "target": "host", "search": [],
          "launches": [{"array_size": 10, "buffer_size": 5, "n_threads": 7, "block_size": 32}]})",
      "case.json");
  ASSERT_TRUE(value) << value.error().message;
  Case expected;
  expected.target = "host";
  EXPECT_TRUE(*value == expected);
}

TEST(JsonCodec, TheThreeFormsStayApartWhenEmpty) {
  Case recorded;
  recorded.schedule = RecordedForm{};
  EXPECT_NE(to_json(recorded), to_json(Case{}));
  EXPECT_TRUE(case_from_json(to_json(recorded), "a") == recorded);
}

TEST(JsonCodec, TextThatIsNotUtf8IsWrittenWithReplacements) {
  Case value;
  value.system.path = "/opt/\xff/python3";
  const auto back = case_from_json(to_json(value), "case.json");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->system.path, "/opt/\xEF\xBF\xBD/python3");
}

// One to four edits of a valid text: bytes changed, removed, inserted, or a part repeated.
std::string mutated(std::string text, props::Sampler& sampler) {
  static constexpr std::string_view kBytes = "{}[]\",:0123456789.-eE\\ \n\0\xff\xc3tfn";
  for (auto edits = 1 + sampler.below(4); edits > 0; --edits) {
    const std::size_t at = sampler.below(text.size() + 1);
    switch (sampler.below(4)) {
      case 0:
        if (at < text.size()) text[at] = kBytes[sampler.below(kBytes.size())];
        break;
      case 1:
        text.erase(at, sampler.below(12));
        break;
      case 2:
        text.insert(at, 1, kBytes[sampler.below(kBytes.size())]);
        break;
      default:
        text.insert(at, text.substr(sampler.below(text.size() + 1), sampler.below(80)));
    }
    if (text.empty()) text = "{";
  }
  return text;
}

TEST(JsonCodec, MutatedTextIsACaseOrAOneLineError) {
  std::vector<std::string> texts;
  for (std::uint64_t seed = 0; texts.size() < 200; ++seed) texts.push_back(to_json(props::Sampler(seed).any_case()));
  props::Sampler sampler(1);
  std::uint64_t refused = 0;
  for (std::uint64_t i = 0; i < kMutations; ++i) {
    const std::string text = mutated(texts[i % texts.size()], sampler);
    const auto value = case_from_json(text, "case.json");
    if (!value) {
      ++refused;
      ASSERT_TRUE(props::is_one_line_error(value.error(), "case.json: ")) << value.error().message << "\n" << text;
    } else {
      ASSERT_TRUE(validate(value->launches)) << text;
      const auto back = case_from_json(to_json(*value), "case.json");
      ASSERT_TRUE(back && *back == *value) << text;
    }
  }
  EXPECT_GT(refused, kMutations / 2);
  EXPECT_LT(refused, kMutations);
}

TEST(JsonCodec, RandomBytesAreOneLineErrors) {
  for (std::uint64_t seed = 0; seed < kMutations; ++seed) {
    const auto bytes = props::Sampler(seed).bytes(40);
    const auto value = case_from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "case.json");
    ASSERT_FALSE(value) << "seed " << seed;
    ASSERT_TRUE(props::is_one_line_error(value.error(), "case.json: ")) << value.error().message;
  }
}

}  // namespace
}  // namespace straylane
