// Counters of device code, in the process that runs it.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>

#include "os/beside_program.h"
#include "program/factory/factory_settings.h"
#include "run/run_case.h"
#include "targets/host/worker/host_case_runner.h"

namespace straylane {
namespace {

// Counters that are cleared before each run, as an engine does it.
struct Counted {
  explicit Counted(const std::string& program, std::size_t edges_max = 256, std::size_t compares_max = 4'096)
      : edges(edges_max), compares(compares_max), coverage(edges, compares) {
    const auto folder = beside_program("host/straylane_host_worker").parent_path().string();
    HostCaseRunner::Options options;
    options.builder.coverage = &coverage;
    auto opened = InProcessTarget::open(std::move(options), folder, program);
    if (!opened) throw std::runtime_error(opened.error().message);
    target = std::move(*opened);
  }

  Verdict run(const FactorySettings& settings) {
    std::fill(edges.begin(), edges.end(), 0);
    std::fill(compares.begin(), compares.end(), 0);
    Case c;
    c.calls = {settings};
    const auto result = run_case(*target, c, {});
    if (!result) throw std::runtime_error(result.error().message);
    coverage.end_run();
    return result->verdict;
  }

  std::vector<std::uint8_t> edges;
  std::vector<std::uint8_t> compares;
  DeviceCoverage coverage;
  std::unique_ptr<Target> target;
};

TEST(DeviceCoverage, ARebuildForAnotherBufferSizeKeepsTheCounters) {
  Counted counted("magic_settings");
  EXPECT_EQ(counted.run({10, 5, 7, 32}).kind, VerdictKind::kPass);
  const auto edges = counted.edges;
  const auto compares = counted.compares;
  const std::size_t known = counted.coverage.edges();
  EXPECT_GE(std::count_if(edges.begin(), edges.end(), [](auto n) { return n != 0; }), 5);
  for (const std::int64_t buffer_size : {1, 6, 700}) {
    counted.run({10, buffer_size, 7, 32});
    EXPECT_EQ(counted.edges, edges) << buffer_size;
    EXPECT_EQ(counted.compares, compares) << buffer_size;
  }
  EXPECT_EQ(counted.coverage.edges(), known);
}

TEST(DeviceCoverage, EdgesAreToldApart) {
  Counted counted("factory");
  counted.run({10, 5, 10, 10});  // no thread returns early
  const auto all_on = counted.edges;
  counted.run({10, 5, 0, 10});  // every thread does
  EXPECT_NE(counted.edges, all_on);
  EXPECT_EQ(counted.coverage.edges_reached(), counted.coverage.edges());
  EXPECT_TRUE(counted.coverage.not_reached().empty());
}

TEST(DeviceCoverage, WhatWasNotReachedIsNamed) {
  Counted counted("factory");
  counted.run({10, 5, 0, 10});
  EXPECT_LT(counted.coverage.edges_reached(), counted.coverage.edges());
  const auto places = counted.coverage.not_reached();
  EXPECT_TRUE(std::any_of(places.begin(), places.end(),
                          [](const std::string& place) { return place.starts_with("allocator.cu:"); }));
}

TEST(DeviceCoverage, ACounterStopsInsteadOfComingBackToZero) {
  Counted counted("factory");
  counted.run({256, 5, 256, 64});
  EXPECT_EQ(*std::max_element(counted.edges.begin(), counted.edges.end()), 255);
}

// Each bit closer to the constant has another counter.
TEST(DeviceCoverage, AStepTowardsAnEqualityIsNew) {
  Counted counted("magic_settings");
  counted.run({170, 5, 107, 32});
  const auto before = counted.compares;
  counted.run({170, 5, 107, 24});
  bool fresh = false;
  for (std::size_t i = 0; i < before.size(); ++i) fresh = fresh || (counted.compares[i] != 0 && before[i] == 0);
  EXPECT_TRUE(fresh);
  EXPECT_EQ(counted.run({170, 5, 107, 24}).kind, VerdictKind::kFail);
}

// The threads of any launch are at every distance in `i >= n_threads`, but the settings are one value for all of them.
TEST(DeviceCoverage, TheBoundOfTheThreadsIsNoComparison) {
  Counted factory("factory");
  factory.run({10, 5, 7, 32});
  EXPECT_EQ(factory.coverage.compare_counters_used(), 0U);
  Counted magic("magic_settings");
  magic.run({10, 5, 7, 32});
  EXPECT_EQ(std::count(magic.compares.begin(), magic.compares.end(), 1), 2);
}

TEST(DeviceCoverage, WhatHasNoRoomIsLeftOutAndCounted) {
  Counted counted("factory", 2, 10);
  EXPECT_EQ(counted.run({10, 5, 7, 32}).kind, VerdictKind::kPass);
  EXPECT_EQ(counted.coverage.edges(), 2U);
  EXPECT_GT(counted.coverage.left_out(), 0U);
}

}  // namespace
}  // namespace straylane
