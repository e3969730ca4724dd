// A stock interpreter with real threads can follow any schedule that was recorded at the default granularity. Failing
// cases as they were found, with all their switches, fail there in the same way.
//
// STRAYLANE_CONFIRM_CASES=N tries N of each kind, STRAYLANE_CONFIRM_PYTHON=PATH another interpreter.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cli/shipped_files.h"
#include "hunt/confirm.h"
#include "os/files.h"
#include "program/factory/factory_settings.h"
#include "report/exports.h"
#include "run/run_case.h"
#include "targets/numba/numba_target.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeedsMax = 2000;

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

std::string python() { return environment("STRAYLANE_CONFIRM_PYTHON", TargetOptions{}.python); }

Target& target() {
  static const auto opened = NumbaTarget::open({python()});
  if (!opened) throw std::runtime_error(opened.error().message);
  return **opened;
}

// The first `count` failing cases that sticky schedules give, traced.
std::vector<RunResult> failing(const Settings& settings, std::size_t count) {
  std::vector<RunResult> found;
  for (std::uint64_t seed = 0; found.size() < count && seed < kSeedsMax; ++seed) {
    Case c{.calls = {settings}};
    c.schedule = DrawnForm{.strategy = DrawnStrategy::kSticky, .seed = seed};
    auto result = run_case(target(), c, {.trace = true});
    if (!result) throw std::runtime_error(result.error().message);
    if (result->verdict.failure) found.push_back(std::move(*result));
  }
  return found;
}

Confirmation confirm(const RunResult& found, const fs::path& folder) {
  const HeldProgram held = held_program_with_sources(found.recorded.program, *found.verdict.failure).value();
  const auto repro = render_repro(held, found.recorded, found.observation, *found.verdict.failure);
  if (!repro) return {Confirmed::kNotTried, repro.error().message};
  std::map<std::string, std::string> files = {{"repro.py", *repro}};
  files.insert(held.sources.begin(), held.sources.end());
  const auto written = write_new_folder(folder, files);
  if (!written) throw std::runtime_error(written.error().message);
  return confirm_on_stock(folder, python(), *found.verdict.failure);
}

void expect_all_confirmed(const char* name, const Settings& settings, std::size_t count) {
  const fs::path folder = fs::path(testing::TempDir()) / fmt::format("straylane-confirm-{}-{}", name, getpid());
  const auto cases = failing(settings, count);
  ASSERT_EQ(cases.size(), count);
  std::size_t confirmed = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const fs::path here = folder / std::to_string(i);
    const Confirmation result = confirm(cases[i], here);
    confirmed += result.confirmed == Confirmed::kStock ? 1 : 0;
    EXPECT_EQ(result.confirmed, Confirmed::kStock)
        << here << ", " << cases[i].observation.preemptions << " preemptions: " << result.detail;
  }
  fmt::print("  {} of {} confirmed\n", confirmed, count);
  if (confirmed == count) fs::remove_all(folder);  // otherwise kept for inspection
}

std::size_t cases_or(std::size_t count) {
  return std::stoul(environment("STRAYLANE_CONFIRM_CASES", std::to_string(count)));
}

TEST(ConfirmUnshrunk, TwoThreads) {
  expect_all_confirmed("two", FactorySettings{.array_size = 2, .buffer_size = 1, .n_threads = 2, .block_size = 2},
                       cases_or(4));
}

TEST(ConfirmUnshrunk, TheDefaultSettingsInOneBlock) {
  expect_all_confirmed("ten", FactorySettings{.array_size = 10, .buffer_size = 5, .n_threads = 7, .block_size = 10},
                       cases_or(2));
}

TEST(ConfirmUnshrunk, SeveralBlocks) {
  expect_all_confirmed("blocks", FactorySettings{.array_size = 6, .buffer_size = 1, .n_threads = 6, .block_size = 2},
                       cases_or(1));
}

// A schedule in which threads cannot be held is not tried. No other schedule is tried in its place.
TEST(ConfirmUnshrunk, WhatCannotBeTakenThereSaysSo) {
  RunResult found =
      failing(FactorySettings{.array_size = 2, .buffer_size = 1, .n_threads = 2, .block_size = 2}, 1).at(0);
  Case other = found.recorded;
  other.granularity = Granularity::kOpcode;
  const HeldProgram held = held_program_with_sources(other.program, *found.verdict.failure).value();
  const auto opcode = render_repro(held, other, found.observation, *found.verdict.failure);
  ASSERT_FALSE(opcode);
  EXPECT_NE(opcode.error().message.find("granularity opcode"), std::string::npos) << opcode.error().message;
}

}  // namespace
}  // namespace straylane
