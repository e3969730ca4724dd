#include "report/gtest_export.h"

#include <fmt/format.h>

#include "codec/json_codec.h"
#include "report/pytest_export.h"
#include "report/repro.h"

namespace straylane {
namespace {

constexpr const char* kCMakeLists =
    R"cmake(# cmake -B build -DSTRAYLANE_SOURCE=DIR && cmake --build build && ctest --test-dir build --output-on-failure
cmake_minimum_required(VERSION 3.25)
project(@NAME@ LANGUAGES CXX)

set(STRAYLANE_SOURCE "" CACHE PATH "a checkout of Straylane")
if(NOT EXISTS "${STRAYLANE_SOURCE}/src/targets/target.h")
  message(FATAL_ERROR "-DSTRAYLANE_SOURCE=DIR must name a checkout of Straylane, and is \"${STRAYLANE_SOURCE}\"")
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)  # what Straylane finds is linked here, too
add_subdirectory(${STRAYLANE_SOURCE} straylane EXCLUDE_FROM_ALL)
if(NOT TARGET straylane_host_worker)
  message(FATAL_ERROR "target host is needed: apt-get install llvm-19-dev libclang-19-dev clang-19")
endif()

enable_testing()
add_executable(@NAME@ @NAME@.cc)
target_link_libraries(@NAME@ PRIVATE straylane_targets GTest::gtest GTest::gtest_main)
add_dependencies(@NAME@ straylane_host_worker)
add_test(NAME @NAME@ COMMAND @NAME@)
)cmake";

// Of the file that is written, not of this one.
constexpr const char* kIncludes[] = {"codec/json_codec.h", "program/programs.h", "run/run_case.h", "run/site_check.h",
                                     "targets/registry.h"};

constexpr const char* kTest = R"test(// @TITLE@
//
// Replays one case, settings and thread schedule, on the CUDA C++ kernel built for the CPU.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

@INCLUDES@
namespace {

using namespace straylane;

constexpr std::uint64_t kDrawnSchedules = 200;

constexpr const char* kCase = R"json(@CASE@)json";

std::string said(const Verdict& verdict) {
  return verdict.failure ? verdict.failure->oracle + ": " + verdict.failure->message : verdict.reason;
}

// The recorded schedule says nothing of a source with other sites: the same settings under schedules that are drawn.
void expect_drawn_schedules_pass(Target& target, Case c) {
  c.sites.clear();
  for (std::uint64_t seed = 0; seed < kDrawnSchedules; ++seed) {
    const auto strategy = seed % 2 == 0 ? DrawnStrategy::kSticky : DrawnStrategy::kPct;
    c.schedule = DrawnForm{.strategy = strategy, .seed = seed};
    const auto run = run_case(target, c, {});
    ASSERT_TRUE(run) << run.error().message;
    ASSERT_EQ(run->verdict.kind, VerdictKind::kPass) << "seed " << seed << ": " << said(run->verdict);
  }
}

TEST(Regression, @TEST@) {
  const auto c = case_from_json(kCase, "the case", schema_named);
  ASSERT_TRUE(c) << c.error().message;
  const auto target = open_target(c->target, {});
  ASSERT_TRUE(target) << target.error().message;
  const auto run = run_case(**target, *c, {.trace = true, .strict = true});
  ASSERT_TRUE(run) << run.error().message;
  const auto difference = first_difference(c->sites, run->observation.sites);
  if (run->verdict.kind == VerdictKind::kDiscard || (difference && !run->verdict.failure)) {
    std::printf("the source has drifted from the recorded sites: %s\n",
                difference ? difference->c_str() : run->verdict.reason.c_str());
    expect_drawn_schedules_pass(**target, *c);
    return;
  }
  EXPECT_EQ(run->verdict.kind, VerdictKind::kPass) << said(run->verdict);
}

}  // namespace
)test";

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\\') c = ' ';
  }
  return text;
}

}  // namespace

std::map<std::string, std::string> render_gtest(const Case& recorded, const Schema& schema, const Failure& failure,
                                                const std::string& bucket) {
  const std::string name = pytest_name(bucket);
  std::string cmake = kCMakeLists;
  std::string test = kTest;
  replace_all(cmake, "@NAME@", name);
  std::string includes;
  for (const char* header : kIncludes) includes += fmt::format("#include \"{}\"\n", header);
  replace_all(test, "@INCLUDES@", includes);
  replace_all(test, "@TEST@", name.substr(std::string("test_").size()));
  replace_all(test, "@TITLE@", one_line(failure.oracle + ": " + failure.message));
  replace_all(test, "@CASE@", to_json(recorded, schema));
  return {{"CMakeLists.txt", cmake}, {name + ".cc", test}};
}

}  // namespace straylane
