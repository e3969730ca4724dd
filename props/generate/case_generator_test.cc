#include "generate/case_generator.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "generate/setting_classes.h"

namespace straylane {
namespace {

RC_GTEST_PROP(CaseGenerator, SettingsAreValidAndWithinTheByteDomain, ()) {
  const Settings settings = *settings_generator();
  RC_ASSERT(validate(settings).has_value());
  RC_ASSERT(settings.array_size <= 97);
  RC_ASSERT(settings.buffer_size <= byte_bounds::kBufferSizeMax);
  RC_ASSERT(settings.block_size <= byte_bounds::kBlockSizeMax);
}

RC_GTEST_PROP(CaseGenerator, CasesAreWithinTheByteDomainOrDrawn, ()) {
  const Case value = *case_generator();
  RC_ASSERT(value.launches.size() <= 3U);
  RC_ASSERT(case_to_bytes(value).has_value() || std::holds_alternative<DrawnForm>(value.schedule));
  RC_ASSERT(case_from_json(to_json(value), "case.json") == value);
}

TEST(CaseGenerator, ASeedIsACase) {
  std::set<std::string> texts;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    EXPECT_TRUE(draw_case(seed) == draw_case(seed));
    EXPECT_TRUE(draw_case(7, seed) == draw_case(7, seed));
    texts.insert(to_json(draw_case(seed)));
    texts.insert(to_json(draw_case(7, seed)));
  }
  EXPECT_GT(texts.size(), 990U);
}

// A change here is a change of what every recorded seed means: it must be meant.
TEST(CaseGenerator, TheCaseOfASeedStaysTheSame) {
  EXPECT_EQ(case_to_json(draw_case(1)).dump(),
            R"({"format":"straylane-case/1","target":"numba","program":"factory","granularity":"switch","launches":[)"
            R"({"array_size":4,"buffer_size":11,"n_threads":0,"block_size":32},)"
            R"({"array_size":8,"buffer_size":4,"n_threads":6,"block_size":32},)"
            R"({"array_size":5,"buffer_size":9,"n_threads":5,"block_size":32}],)"
            R"("drawn":{"strategy":"sticky","seed":8237770563838723683,"depth":3,"steps_expected":400}})");
  EXPECT_EQ(case_to_json(draw_case(1, 1)).dump(),
            R"({"format":"straylane-case/1","target":"numba","program":"factory","granularity":"switch","launches":[)"
            R"({"array_size":91,"buffer_size":12,"n_threads":91,"block_size":32}],"search":[[30,2],[41,32],[1,2]]})");
}

TEST(CaseGenerator, TheFirstFiftyCasesOfEverySeedHaveAllEdges) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    ClassCounts counts;
    for (std::uint64_t index = 0; index < 50; ++index) counts.add(draw_case(seed, index).launches[0]);
    for (const auto& [name, count] : counts.by_name()) EXPECT_GT(count, 0U) << name << ", seed " << seed;
    EXPECT_EQ(counts.below_floor(50), std::nullopt) << "seed " << seed;
  }
}

TEST(CaseGenerator, AnyFourteenNeighboursHaveEveryStratum) {
  for (std::uint64_t first = 0; first < 30; ++first) {
    std::set<Stratum> strata;
    for (std::uint64_t index = first; index < first + 14; ++index) strata.insert(stratum_of(index));
    EXPECT_EQ(strata.size(), 8U);
  }
}

TEST(CaseGenerator, ManyCasesStayAboveTheFloorAndAreMostlySmall) {
  ClassCounts counts;
  std::uint64_t small = 0;
  std::uint64_t usual_block = 0;
  std::set<std::size_t> forms;
  std::set<std::size_t> launches;
  constexpr std::uint64_t kCases = 5'000;
  for (std::uint64_t index = 0; index < kCases; ++index) {
    const Case value = draw_case(3, index);
    counts.add(value.launches);
    small += value.launches[0].array_size <= 8 ? 1 : 0;
    usual_block += value.launches[0].block_size == 32 ? 1 : 0;
    forms.insert(value.schedule.index());
    launches.insert(value.launches.size());
  }
  EXPECT_EQ(counts.below_floor(kCases), std::nullopt);
  EXPECT_GT(small, kCases / 2);
  EXPECT_GT(usual_block, kCases / 2);
  EXPECT_EQ(forms, (std::set<std::size_t>{0, 2}));
  EXPECT_EQ(launches, (std::set<std::size_t>{1, 2, 3}));
}

}  // namespace
}  // namespace straylane
