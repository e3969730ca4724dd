#include "codec/json_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "generate/case_generator.h"
#include "program/factory/factory_settings.h"
#include "props/codec/one_line_check.h"
#include "props/codec/sampler.h"
#include "props/codec/test_schemas.h"

namespace straylane {
namespace {

constexpr std::uint64_t kCases = 40'000;
constexpr std::uint64_t kMutations = 100'000;

const Schema& factory() { return factory_program().schema; }
Expected<Case> read_as(const Schema& schema, std::string_view text) {
  return case_from_json(text, "case.json", [&](const std::string&) { return &schema; });
}
Expected<Case> read(std::string_view text) { return read_as(factory(), text); }

// Sites are equal without their lines, so the text is compared too.
TEST(JsonCodec, EveryCaseRoundTrips) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Schema& schema = props::test_schema(seed);
    const Case value = props::Sampler(seed).any_case(schema);
    const std::string text = to_json(value, schema);
    const auto back = read_as(schema, text);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message;
    ASSERT_TRUE(*back == value) << "seed " << seed << "\n" << text;
    ASSERT_EQ(to_json(*back, schema), text) << "seed " << seed;
  }
}

RC_GTEST_PROP(JsonCodecProperty, SettingsRoundTrip, ()) {
  const Schema schema = *random_schema();
  Case value;
  value.calls = *rc::gen::container<std::vector<Settings>>(*rc::gen::inRange<std::size_t>(1, 5), settings_of(schema));
  const auto back = read_as(schema, to_json(value, schema));
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == value);
}

// Settings that another schema allows are read if this one allows them, too. Otherwise they are refused by name.
RC_GTEST_PROP(JsonCodecProperty, InvalidSettingsAreRefusedByName, ()) {
  const Schema schema = *random_schema();
  Case value;
  value.calls = {*settings_of(schema)};
  const auto i = *rc::gen::inRange<std::size_t>(0, schema.size());
  value.calls[0][i] = *rc::gen::arbitrary<std::int64_t>();
  const auto back = read_as(schema, to_json(value, schema));
  const auto invalid = schema.first_invalid(value.calls[0]);
  RC_ASSERT(back.has_value() == !invalid.has_value());
  if (!invalid) return;
  RC_ASSERT(back.error().code == ErrorCode::kOutOfRange);
  RC_ASSERT(props::is_one_line_error(back.error(), "case.json: calls[0]." + invalid->field + ": is "));
}

RC_GTEST_PROP(JsonCodecProperty, GeneratedCasesRoundTrip, ()) {
  const Schema schema = *rc::gen::element(factory(), *random_schema());
  const Case value = *case_generator(schema);
  const auto back = read_as(schema, to_json(value, schema));
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == value);
}

TEST(JsonCodec, CompactTextIsTheSameCase) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    const Schema& schema = props::test_schema(seed);
    const Case value = props::Sampler(seed).any_case(schema);
    const auto back = read_as(schema, case_to_json(value, schema).dump());
    ASSERT_TRUE(back && *back == value) << "seed " << seed;
  }
}

Case usual_case() {
  Case value;
  value.calls = {FactorySettings{}};
  return value;
}

TEST(JsonCodec, FormatCallsAndAScheduleAreEnough) {
  const auto value = read(
      R"({"format": "straylane-case/2", "search": [],
          "calls": [{"block_size": 32, "array_size": 10, "n_threads": 7, "buffer_size": 5}]})");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_TRUE(*value == usual_case());
}

TEST(JsonCodec, TheSchemaIsThatOfTheProgram) {
  std::vector<std::string> asked;
  const auto schema_of = [&](const std::string& program) {
    asked.push_back(program);
    return program == "unknown" ? nullptr : &factory();
  };
  Case value = usual_case();
  EXPECT_TRUE(case_from_json(to_json(value, factory()), "a", schema_of) == value);
  value.program = "mine.cu";
  EXPECT_TRUE(case_from_json(to_json(value, factory()), "a", schema_of) == value);
  value.program = "unknown";
  const auto back = case_from_json(to_json(value, factory()), "a", schema_of);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error(), (Error{ErrorCode::kMalformed, "a: program: no program \"unknown\" is known"}));
  EXPECT_EQ(asked, (std::vector<std::string>{"", "mine.cu", "unknown"}));
}

TEST(JsonCodec, TheThreeFormsStayApartWhenEmpty) {
  Case recorded = usual_case();
  recorded.schedule = RecordedForm{};
  EXPECT_NE(to_json(recorded, factory()), to_json(usual_case(), factory()));
  EXPECT_TRUE(read(to_json(recorded, factory())) == recorded);
}

TEST(JsonCodec, TextThatIsNotUtf8IsWrittenWithReplacements) {
  Case value = usual_case();
  value.system.path = "/opt/\xff/python3";
  const auto back = read(to_json(value, factory()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->system.path, "/opt/\xEF\xBF\xBD/python3");
}

// Makes one to four edits of a valid text: changes, removes or inserts bytes, or repeats a part.
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
  for (std::uint64_t seed = 0; texts.size() < 200; ++seed) {
    texts.push_back(to_json(props::Sampler(seed).any_case(props::test_schema(seed)), props::test_schema(seed)));
  }
  props::Sampler sampler(1);
  std::uint64_t refused = 0;
  for (std::uint64_t i = 0; i < kMutations; ++i) {
    const Schema& schema = props::test_schema(i % texts.size());
    const std::string text = mutated(texts[i % texts.size()], sampler);
    const auto value = read_as(schema, text);
    if (!value) {
      ++refused;
      ASSERT_TRUE(props::is_one_line_error(value.error(), "case.json: ")) << value.error().message << "\n" << text;
    } else {
      ASSERT_TRUE(schema.validate(value->calls)) << text;
      const auto back = read_as(schema, to_json(*value, schema));
      ASSERT_TRUE(back && *back == *value) << text;
    }
  }
  EXPECT_GT(refused, kMutations / 2);
  EXPECT_LT(refused, kMutations);
}

TEST(JsonCodec, RandomBytesAreOneLineErrors) {
  for (std::uint64_t seed = 0; seed < kMutations; ++seed) {
    const auto bytes = props::Sampler(seed).bytes(40);
    const auto value = read({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    ASSERT_FALSE(value) << "seed " << seed;
    ASSERT_TRUE(props::is_one_line_error(value.error(), "case.json: ")) << value.error().message;
  }
}

}  // namespace
}  // namespace straylane
