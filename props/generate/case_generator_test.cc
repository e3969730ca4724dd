#include "generate/case_generator.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "generate/setting_classes.h"
#include "props/random_schema.h"

namespace straylane {
namespace {

// A schema with every kind of parameter.
const Schema& kernel_schema() {
  static const Schema schema =
      *Schema::make({{.name = "rows",
                      .min = 1,
                      .max = 1 << 20,
                      .usual = 10,
                      .edges = {{.number = 1}, {.number = 32}, {.number = 64}},
                      .byte_max = 256},
                     {.name = "buffer",
                      .min = 1,
                      .max = 1 << 17,
                      .usual = 5,
                      .edges = {{.number = 1}, {.number = 1'024}},
                      .role = Role::kBuild,
                      .byte_max = 1'024},
                     {.name = "used",
                      .max = 1 << 20,
                      .max_is = 0,
                      .usual = 7,
                      .edges = {{.number = 0}, {.number = 1}, {.parameter = 0}},
                      .byte_max = 256},
                     {.name = "block",
                      .min = 1,
                      .max = 1'024,
                      .usual = 32,
                      .edges = {{.number = 32}},
                      .role = Role::kShape,
                      .byte_max = 64},
                     {.name = "mode", .values = {2, 0, 5}, .usual = 2, .edges = {{.number = 5}}}});
  return schema;
}

RC_GTEST_PROP(CaseGenerator, SettingsAreValidAndWithinTheByteDomain, ()) {
  const Schema schema = *random_schema();
  const Settings settings = *settings_generator(schema);
  RC_ASSERT(schema.validate(settings).has_value());
  RC_ASSERT(settings == schema.clamped(settings, true));
}

RC_GTEST_PROP(CaseGenerator, CasesAreWithinTheByteDomainOrDrawn, (std::uint64_t seed, std::uint64_t index)) {
  const Schema schema = *random_schema();
  for (const Case& value : {draw_case(schema, seed), draw_case(schema, seed, index)}) {
    RC_ASSERT(schema.validate(value.calls).has_value());
    RC_ASSERT(value.calls.size() <= 3U);
    RC_ASSERT(schema.takes_data() || value.data.empty());
    RC_ASSERT(case_to_bytes(value, schema).has_value() || std::holds_alternative<DrawnForm>(value.schedule));
    const auto read = case_from_json(to_json(value, schema), "case.json", [&](const std::string&) { return &schema; });
    RC_ASSERT(read == value);
  }
}

RC_GTEST_PROP(CaseGenerator, AStratumIsAtItsEdge, (std::uint64_t seed)) {
  const Schema schema = *random_schema();
  for (const Stratum& stratum : strata_of(schema)) {
    const Edge& edge = schema[stratum.parameter].edges[stratum.edge];
    if (edge.parameter) continue;  // cannot be met if the other parameter is drawn too large
    const Case value = case_generator(schema, stratum)(rc::Random(seed), rc::kNominalSize).value();
    RC_ASSERT(value.calls[0][stratum.parameter] == edge.number);
  }
}

TEST(CaseGenerator, ASeedIsACase) {
  std::set<std::string> texts;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Case value = draw_case(kernel_schema(), seed);
    const Case of_index = draw_case(kernel_schema(), 7, seed);
    EXPECT_TRUE(draw_case(kernel_schema(), seed) == value);
    EXPECT_TRUE(draw_case(kernel_schema(), 7, seed) == of_index);
    texts.insert(to_json(value, kernel_schema()));
    texts.insert(to_json(of_index, kernel_schema()));
  }
  EXPECT_GT(texts.size(), 990U);
}

// A change here changes the meaning of every recorded seed, so it must be intended.
TEST(CaseGenerator, TheCaseOfASeedStaysTheSame) {
  EXPECT_EQ(case_to_json(draw_case(kernel_schema(), 1), kernel_schema()).dump(),
            R"({"format":"straylane-case/2","granularity":"switch","calls":[)"
            R"({"rows":32,"buffer":8,"used":8,"block":32,"mode":5},{"rows":8,"buffer":9,"used":8,"block":32,"mode":5},)"
            R"({"rows":7,"buffer":16,"used":7,"block":32,"mode":2}],"search":[[3,3],[365,3]]})");
  EXPECT_EQ(case_to_json(draw_case(kernel_schema(), 1, 1), kernel_schema()).dump(),
            R"({"format":"straylane-case/2","granularity":"switch","calls":[)"
            R"({"rows":1,"buffer":1023,"used":1,"block":32,"mode":2}],)"
            R"("drawn":{"strategy":"pct","seed":6363099462693566052,"depth":4,"steps_expected":200}})");
}

std::vector<SettingClass> classes() { return setting_classes(kernel_schema(), {}); }

TEST(CaseGenerator, AHundredCasesOfEverySeedHaveAllEdges) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    ClassCounts counts(classes());
    for (std::uint64_t index = 0; index < 100; ++index) counts.add(draw_case(kernel_schema(), seed, index).calls[0]);
    for (const auto& [name, count] : counts.by_name()) EXPECT_GT(count, 0U) << name << ", seed " << seed;
  }
}

TEST(CaseGenerator, NeighboursHaveEveryStratum) {
  const std::size_t strata = strata_of(kernel_schema()).size();
  EXPECT_EQ(strata, 3U + 2 + 4 + 1 + 1);  // used = rows + 1 cannot be
  for (std::uint64_t first = 0; first < 30; ++first) {
    std::set<std::tuple<std::size_t, std::size_t, std::int64_t>> met;
    for (std::uint64_t index = first; index < first + 2 * strata; ++index) {
      const Stratum s = stratum_of(kernel_schema(), index);
      met.emplace(s.parameter, s.edge, s.beside);
    }
    EXPECT_EQ(met.size(), strata + 1);
  }
}

TEST(CaseGenerator, ASchemaWithoutEdgesOrParametersHasFreeDrawsAlone) {
  const Schema none;
  EXPECT_TRUE(strata_of(none).empty());
  EXPECT_EQ(draw_case(none, 3, 1).calls.front(), Settings{});
}

TEST(CaseGenerator, ManyCasesStayAboveTheFloorAndAreMostlySmall) {
  ClassCounts counts(classes());
  std::uint64_t small = 0;
  std::uint64_t large = 0;
  std::uint64_t usual_block = 0;
  std::uint64_t all_used = 0;
  std::set<std::size_t> forms;
  std::set<std::size_t> calls;
  constexpr std::uint64_t kCases = 5'000;
  for (std::uint64_t index = 0; index < kCases; ++index) {
    const Case value = draw_case(kernel_schema(), 3, index);
    counts.add(value.calls);
    const Settings& s = value.calls[0];
    small += s[0] <= 8 ? 1 : 0;
    large += s[0] > 40 ? 1 : 0;
    EXPECT_LE(s[0], 97);
    usual_block += s[3] == 32 ? 1 : 0;
    all_used += s[2] == s[0] ? 1 : 0;
    forms.insert(value.schedule.index());
    calls.insert(value.calls.size());
  }
  EXPECT_EQ(counts.below_floor(kCases), std::nullopt);
  EXPECT_GT(small, kCases / 2);
  EXPECT_GT(large, kCases / 50);
  EXPECT_GT(usual_block, kCases / 2);
  EXPECT_GT(all_used, kCases / 4);
  EXPECT_EQ(forms, (std::set<std::size_t>{0, 2}));
  EXPECT_EQ(calls, (std::set<std::size_t>{1, 2, 3}));
}

}  // namespace
}  // namespace straylane
