// Reports use a finding's schema, its program's hypothesis and the files of its target, whatever these are.

#include "report/text_report.h"

#include <gtest/gtest.h>

#include "report/finding_sentences.h"
#include "report/run_json.h"

namespace straylane {
namespace {

Finding some_finding() {
  Finding f;
  f.schema = *Schema::make({{.name = "width", .min = 0, .max = 9, .usual = 3, .byte_max = 9},
                            {.name = "lanes", .min = 1, .max = 64, .usual = 32, .role = Role::kShape, .byte_max = 64}});
  f.bucket = "bucket-0";
  f.target = "stub";
  f.failure = {.oracle = "sum", .rule = "The sum is right.", .message = "is 3", .thread = ThreadId{0, 2}};
  f.failure.facts = {{"index", 2}, {"late", 1}};
  f.found.calls = {{7, 32}, {5, 32}};
  f.shrunk = Shrunk{.minimal = {.failing = {.calls = {{2, 32}}, .schedule = RecordedForm{}}},
                    .minimal_any_shape = {.failing = {.calls = {{2, 1}}, .schedule = RecordedForm{}}}};
  f.launches_to_failure = 1;
  return f;
}

TEST(TextReport, SettingsAreThoseOfTheSchema) {
  const std::string text = render_report(record_of(some_finding()));
  EXPECT_NE(text.find("\nSettings\n"
                      "  found           width 7     lanes 32\n"
                      "                  width 5     lanes 32\n"
                      "  minimal         width 2     lanes 32\n"
                      "  any shape       width 2     lanes 1\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Found after 1 launch, "), std::string::npos);
}

TEST(TextReport, WithoutShapeParametersThereIsOneMinimum) {
  Finding f = some_finding();
  f.schema = *Schema::make({f.schema[0], {.name = "lanes", .min = 1, .max = 64, .usual = 32, .byte_max = 64}});
  EXPECT_EQ(render_report(record_of(f)).find("any shape"), std::string::npos);
}

TEST(TextReport, SmallerSettingsAreOfAnyShape) {
  Finding f = some_finding();
  f.shrunk->smaller_settings = SmallerSettings{.proven = true, .settings = 3, .cases = 1, .reason = ""};
  EXPECT_NE(
      render_summary(f).find("  proven: no settings smaller than width 2, lanes 1 fail:\n"
                             "    every schedule with at most 0 preemptions was run at each of 3 settings (1 case), "
                             "and none fails\n"),
      std::string::npos)
      << render_summary(f);
}

TEST(TextReport, TheHypothesisOfTheProgramIsAnswered) {
  Finding f = some_finding();
  EXPECT_TRUE(hypothesis_sentences(f).empty());
  f.hypothesis = HypothesisCheck{{"latecomer", "late", "Was it late?", "late", "in time", "had a late thread"}, {4, 3}};
  EXPECT_TRUE(hypothesis_holds(f));
  EXPECT_EQ(hypothesis_sentences(f),
            (std::vector<std::string>{"As found: thread 0:2 failed; index 2. It is late.",
                                      "Over all failures at these settings: 3 of 4 failing runs had a late thread."}));
  EXPECT_NE(render_report(record_of(f)).find("\nWas it late?\n  As found: thread 0:2"), std::string::npos);
  f.failure.facts = {{"late", 0}};
  EXPECT_FALSE(hypothesis_holds(f));
  EXPECT_EQ(hypothesis_sentences(f).front(), "As found: thread 0:2 failed. It is in time.");
  f.failure.facts.clear();
  EXPECT_EQ(hypothesis_sentences(f).size(), 1U);
}

TEST(TextReport, FewestPreemptionsAreShownAtOneOfTheMinima) {
  Finding f = some_finding();
  f.shrunk->minimal.proven = true;
  EXPECT_EQ(fewest_shown_at(f), "");  // without preemptions, none can be fewer
  f.shrunk->minimal.preemptions = f.shrunk->minimal_any_shape.preemptions = 2;
  EXPECT_EQ(fewest_shown_at(f), "the minimal settings");
  f.shrunk->minimal.proven = false;
  f.shrunk->minimal_any_shape.proven = true;
  EXPECT_EQ(fewest_shown_at(f), "the smallest settings of any shape");
  f.shrunk->minimal_any_shape.preemptions = 1;
  EXPECT_EQ(fewest_shown_at(f), "");
}

TEST(SourceLocation, RootsOfTheTargetSayWhereFilesLie) {
  Finding f = some_finding();
  f.sources = {.entry = "main.cu",
               .roots = {{"pkg/", "src/", "STRAYLANE"}, {"abs", "/home/x/", ""}, {"", "", "PYTHON_PACKAGES"}}};
  const auto uri = [&](const std::string& message) {
    f.failure.message = message;
    const auto at = location_of(f);
    return at->base + ":" + at->uri + ":" + std::to_string(at->line);
  };
  EXPECT_EQ(uri("is 3"), "PYTHON_PACKAGES:main.cu:0");
  EXPECT_EQ(uri("pkg/a.cu:15: read of x"), "STRAYLANE:src/pkg/a.cu:15");
  EXPECT_EQ(uri("read at abs/b.py:2 and"), ":file:///home/x/abs/b.py:2");
  f.sources = {};
  f.failure.message = "is 3";
  EXPECT_FALSE(location_of(f));
}

TEST(ReplayCommands, NameTheFormThatTheTargetExports) {
  Finding f = some_finding();
  EXPECT_EQ(replay_commands(f).back().command, "./straylane replay findings/bucket-0/min.json --times 1000");
  f.exports = "gtest";
  EXPECT_EQ(replay_commands(f).back().command, "./straylane export gtest findings/bucket-0 exported-test");
}

TEST(SearchReport, OneLineWithItsInterval) {
  DiscoveryEstimate e{.behaviour = "trace", .runs = 12'345, .chance = 0.123, .chance_low = 0.1, .chance_high = 0.14};
  EXPECT_EQ(discovery_text(e),
            "no failure in 12,345 schedules; chance that the next one shows new behaviour about 0.12 (95 % interval "
            "0.10 to 0.14; behaviour: trace)");
  e = {.behaviour = "trace", .runs = 1'000'007, .chance = 0, .chance_low = 0, .chance_high = 3e-6};
  EXPECT_EQ(discovery_text(e),
            "no failure in 1,000,007 schedules; chance that the next one shows new behaviour about 0 (95 % interval 0 "
            "to 3e-06; behaviour: trace)");
}

TEST(SearchReport, NothingRunNoFigures) {
  EXPECT_TRUE(target_to_json({})["discovery"].is_null());
  EXPECT_EQ(
      target_to_json({.discovery = {.behaviour = "trace", .runs = 3, .singletons = 2}})["discovery"]["singletons"], 2);
}

TEST(SearchReport, StrategiesInColumns) {
  const StrategyFigures one{.name = "pct", .runs = 1, .seconds = 0.5, .new_classes = 1};
  const StrategyFigures many{.name = "sticky", .runs = 12, .seconds = 1.25, .new_classes = 3, .failures = 2};
  EXPECT_EQ(strategies_text({one, many}, 1, 13),
            "  1 distinct reads-from class, 77 per 1,000 schedules; by strategy:\n"
            "    pct             1 run,     0.50 s      1 new class,       0 failing\n"
            "    sticky         12 runs,    1.25 s      3 new classes,     2 failing\n");
}

}  // namespace
}  // namespace straylane
