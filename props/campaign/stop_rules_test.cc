#include "campaign/stop_rules.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

TEST(StopRules, EachHasItsNameAndTheFirstOfSeveralIsSaid) {
  FuzzOptions options;
  options.time_s = 60;
  options.stop_after = 2;
  EXPECT_EQ(session_end(options, {59.9, 1, false, {}}), std::nullopt);
  EXPECT_EQ(session_end(options, {60, 1, false, {}}), FuzzEnd::kTime);
  EXPECT_EQ(session_end(options, {60, 2, false, {}}), FuzzEnd::kFinding);
  EXPECT_EQ(session_end(options, {60, 2, true, {}}), FuzzEnd::kInterrupted);
  options.time_s = 0;
  options.stop_after = 0;
  EXPECT_EQ(session_end(options, {1e9, 1'000, false, {}}), std::nullopt);
  EXPECT_STREQ(to_string(FuzzEnd::kPlateau), "plateau");
}

DiscoveryEstimate seen(std::uint64_t runs, std::uint64_t classes, std::uint64_t singletons) {
  DiscoveryEstimate estimate;
  estimate.runs = runs;
  estimate.classes = classes;
  estimate.singletons = singletons;
  return estimate;
}

TEST(StopRules, APlateauIsOneOfEveryJob) {
  FuzzOptions options;
  options.time_s = 1'000;
  options.stop_after = 0;
  const DiscoveryEstimate flat = seen(100'000, 500, 0);
  const DiscoveryEstimate rising = seen(100'000, 500, 200);
  const auto ends = [&](std::vector<DiscoveryEstimate> jobs) { return session_end(options, {300, 0, false, jobs}); };
  EXPECT_EQ(ends({flat, flat}), std::nullopt) << "not asked for";
  options.stop_at_plateau = true;
  EXPECT_EQ(ends({flat, flat}), FuzzEnd::kPlateau);
  EXPECT_EQ(ends({flat, rising}), std::nullopt);
  EXPECT_EQ(ends({}), std::nullopt);
  options.time_s = 0;
  EXPECT_EQ(ends({flat}), FuzzEnd::kPlateau);
  EXPECT_EQ(ends({rising}), std::nullopt);
}

TEST(StopRules, WhatACampaignKeepsIsRestored) {
  FuzzOptions kept;
  kept.target = "host";
  kept.kernel = "/k/own.cu";
  kept.time_s = 100;
  kept.jobs = 7;
  kept.stop_after = 3;
  kept.stop_at_plateau = true;
  kept.runs_max = 11;
  kept.seed = 5;
  kept.min_free = 123;
  const std::set<std::string> folders = {"corpus", "out", "sync"};
  kept.folder = "/campaigns/one";
  kept.corpus = "/c";
  kept.out = "/o";
  kept.sync = "/s";
  FuzzOptions resumed;
  resumed.folder = kept.folder;
  resumed.corpus = kept.corpus;
  resumed.out = kept.out;
  resumed.sync = kept.sync;
  ASSERT_TRUE(restore_options(options_to_keep(kept), folders, 40, resumed));
  EXPECT_EQ(resumed.time_s, 60);
  resumed.time_s = kept.time_s;
  EXPECT_EQ(options_to_keep(resumed), options_to_keep(kept));

  FuzzOptions named = resumed;
  named.jobs = 2;
  named.time_s = 5;
  named.target = "host";
  ASSERT_TRUE(
      restore_options(options_to_keep(kept), {"jobs", "time", "target", "corpus", "out", "sync"}, 1'000, named));
  EXPECT_EQ(named.jobs, 2U);
  EXPECT_EQ(named.time_s, 5);
  EXPECT_EQ(restore_options(options_to_keep(kept), folders, 100, named).error().code, ErrorCode::kUsage)
      << "its time is over";
  named.target = "numba";
  const auto other = restore_options(options_to_keep(kept), {"target"}, 0, named);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kUsage);
}

TEST(StopRules, WhatIsRunAndWrittenToIsNamedAgain) {
  FuzzOptions kept;
  kept.folder = "/campaigns/one";
  kept.corpus = "/campaigns/one/corpus";
  const auto resume = [&](const std::set<std::string>& named, FuzzOptions resumed = {}) {
    resumed.folder = kept.folder;
    const auto restored = restore_options(options_to_keep(kept), named, 0, resumed);
    return restored ? "corpus " + resumed.corpus + ", out " + resumed.out : restored.error().message;
  };
  const std::string again = "/campaigns/one: the campaign was run with";
  EXPECT_EQ(resume({}), "corpus /campaigns/one/corpus, out findings");
  kept.out = "/campaigns/one/findings";
  EXPECT_EQ(resume({}), "corpus /campaigns/one/corpus, out /campaigns/one/findings");
  kept.out = "/elsewhere";
  EXPECT_EQ(resume({}), again + " --out /elsewhere: name that again to resume it");
  kept.python = "/venv/bin/python3";
  kept.sync = "/campaigns/shared";
  EXPECT_EQ(resume({"out"}),
            again + " --python /venv/bin/python3 --sync /campaigns/shared: name that again to resume it");
  FuzzOptions all;
  all.python = kept.python;
  all.sync = kept.sync;
  all.out = "/o";
  EXPECT_EQ(resume({"out", "python", "sync"}, all), "corpus /campaigns/one/corpus, out /o");
  all.python = "/another/python3";
  EXPECT_EQ(resume({"out", "python", "sync"}, all),
            "--python is /another/python3, and the campaign in /campaigns/one has /venv/bin/python3");
}

// A moved campaign leads to what was moved with it, and a copy never leads to the original.
TEST(StopRules, PathsAreThoseFromTheCampaign) {
  FuzzOptions kept;
  kept.folder = "/campaigns/one";
  kept.corpus = "/campaigns/one/corpus";
  kept.kernel = "/campaigns/own.cu";
  FuzzOptions moved;
  moved.folder = "/moved/two";
  ASSERT_TRUE(restore_options(options_to_keep(kept), {}, 0, moved));
  EXPECT_EQ(moved.corpus, "/moved/two/corpus");
  EXPECT_EQ(moved.kernel, "/moved/own.cu");
  moved.kernel = "/campaigns/own.cu";
  ASSERT_TRUE(restore_options(options_to_keep(kept), {"kernel"}, 0, moved)) << "moved away from its kernel";
  EXPECT_EQ(moved.kernel, "/campaigns/own.cu");
  moved.kernel = "/campaigns/another.cu";
  EXPECT_FALSE(restore_options(options_to_keep(kept), {"kernel"}, 0, moved));
}

}  // namespace
}  // namespace straylane
