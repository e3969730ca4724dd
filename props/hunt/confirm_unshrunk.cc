// Whatever schedule was recorded at the default granularity, a stock interpreter with real threads can be taken through
// it: failing cases as they were found, with all their switches, fail there in the same way.
//
// STRAYLANE_CONFIRM_CASES=N tries N of each kind, STRAYLANE_CONFIRM_PYTHON=PATH another interpreter.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "hunt/confirm.h"
#include "os/beside_program.h"
#include "os/files.h"
#include "report/repro.h"
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
    Case c{.launches = {settings}};
    c.schedule = DrawnForm{.strategy = DrawnStrategy::kSticky, .seed = seed};
    auto result = run_case(target(), c, {.trace = true});
    if (!result) throw std::runtime_error(result.error().message);
    if (result->verdict.failure) found.push_back(std::move(*result));
  }
  return found;
}

Confirmation confirm(const RunResult& found, const fs::path& folder) {
  const auto repro = render_repro(found.recorded, found.observation, *found.verdict.failure);
  if (!repro) return {Confirmed::kNotTried, repro.error().message};
  std::map<std::string, std::string> files = {{"repro.py", *repro}};
  for (const char* name : {"__init__.py", "allocator_factory.py", "kernel_factory.py"}) {
    files[std::string("numba_mwe/") + name] = *read_file(beside_program("python/numba_mwe") / name, 1 << 20);
  }
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
  if (confirmed == count) fs::remove_all(folder);  // else left to be looked at
}

std::size_t cases_or(std::size_t count) {
  return std::stoul(environment("STRAYLANE_CONFIRM_CASES", std::to_string(count)));
}

TEST(ConfirmUnshrunk, TwoThreads) {
  expect_all_confirmed("two", {.array_size = 2, .buffer_size = 1, .n_threads = 2, .block_size = 2}, cases_or(4));
}

TEST(ConfirmUnshrunk, TheDefaultSettingsInOneBlock) {
  expect_all_confirmed("ten", {.array_size = 10, .buffer_size = 5, .n_threads = 7, .block_size = 10}, cases_or(2));
}

TEST(ConfirmUnshrunk, SeveralBlocks) {
  expect_all_confirmed("blocks", {.array_size = 6, .buffer_size = 1, .n_threads = 6, .block_size = 2}, cases_or(1));
}

// What threads cannot be held at is not tried, rather than tried with something else.
TEST(ConfirmUnshrunk, WhatCannotBeTakenThereSaysSo) {
  RunResult found = failing({.array_size = 2, .buffer_size = 1, .n_threads = 2, .block_size = 2}, 1).at(0);
  Case other = found.recorded;
  other.granularity = Granularity::kOpcode;
  const auto opcode = render_repro(other, found.observation, *found.verdict.failure);
  ASSERT_FALSE(opcode);
  EXPECT_NE(opcode.error().message.find("granularity opcode"), std::string::npos) << opcode.error().message;
}

}  // namespace
}  // namespace straylane
