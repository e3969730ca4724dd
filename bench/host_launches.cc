#include "bench/host_launches.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "bench/device_bench.h"
#include "bench/quantiles.h"
#include "bench/stopwatch.h"
#include "run/run_case.h"
#include "search/portfolio.h"

namespace straylane {
namespace {

constexpr double kLaunchUsMax = 1;
constexpr int kAtOnce = 100;  // launches between two readings of the clock

// Launches for that long. Gives the processor time of a launch in µs.
Expected<double> launch_us(DeviceBench& bench, DeviceProgram& program, const FactorySettings& settings, bool sticky,
                           std::uint64_t& seed, double seconds) {
  std::uint64_t launches = 0;
  Schedule schedule = SearchForm{};
  const Stopwatch watch;
  for (; watch.seconds() < seconds; launches += kAtOnce) {
    for (int i = 0; i < kAtOnce; ++i) {
      if (sticky) schedule = DrawnForm{DrawnStrategy::kSticky, ++seed};
      const auto ok = bench.launch(program, settings, schedule);
      if (!ok) return tl::unexpected(ok.error());
    }
  }
  return watch.processor_seconds() * 1e6 / static_cast<double>(launches);
}

// Checks that the measured launches are correct.
Expected<void> check_output(const DeviceBench& bench, const FactorySettings& settings) {
  const auto& output = bench.output();
  for (std::size_t i = 0; i < output.count(); ++i) {
    const float right = i < static_cast<std::size_t>(settings.n_threads) ? 1 : 0;
    const auto value = output.at<float>(i);
    if (value != right) return make_error(ErrorCode::kInternal, fmt::format("output[{}] is {}", i, value));
  }
  return {};
}

}  // namespace

Expected<HostSection> measure_launches(std::uint32_t rounds, double seconds) {
  struct Way {
    HostRow row;
    FactorySettings settings;
    bool sticky;
    bool coverage;
  };
  std::vector<Way> ways = {
      {{"launch_10_us", "10 threads, default schedule", "us", {}, HostRow::Want::kAtMost, kLaunchUsMax},
       {10, 5, 7, 10},
       false,
       false},
      {{"launch_10_coverage_us", "10 threads, default schedule, with coverage", "us"}, {10, 5, 7, 10}, false, true},
      {{"launch_10_all_us", "10 threads, all of which write, default schedule", "us"}, {10, 5, 10, 10}, false, false},
      {{"launch_10_sticky_us", "10 threads, sticky schedules", "us"}, {10, 5, 7, 10}, true, false},
      {{"launch_32_us", "32 threads, default schedule", "us"}, {32, 5, 32, 32}, false, false},
      {{"launch_32_sticky_us", "32 threads, sticky schedules", "us"}, {32, 5, 32, 32}, true, false}};
  std::uint64_t seed = 0;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (const bool coverage : {false, true}) {
      auto bench = DeviceBench::open(coverage);
      if (!bench) return tl::unexpected(bench.error());
      const auto program = (*bench)->build(FactorySettings{}.buffer_size);
      if (!program) return tl::unexpected(program.error());
      for (Way& way : ways) {
        if (way.coverage != coverage) continue;
        const auto us = launch_us(**bench, **program, way.settings, way.sticky, seed, seconds);
        if (!us) return tl::unexpected(us.error());
        if (const auto ok = check_output(**bench, way.settings); !ok) return tl::unexpected(ok.error());
        way.row.values.push_back(*us);
      }
    }
  }
  HostSection section{"A launch inside the worker's process; processor time", {}};
  for (Way& way : ways) section.rows.push_back(std::move(way.row));
  return section;
}

Expected<HostSection> measure_cost_by_array_size(std::uint32_t rounds) {
  auto bench = DeviceBench::open(false);
  if (!bench) return tl::unexpected(bench.error());
  const auto program = (*bench)->build(FactorySettings{}.buffer_size);
  if (!program) return tl::unexpected(program.error());
  HostSection section{"Cost by array_size, block_size 32, all write; processor time", {}};
  constexpr std::int64_t kSmallest = 1'000;
  constexpr std::int64_t kLargest = 1'000'000;
  for (std::int64_t size = kSmallest; size <= kLargest; size *= 10) {
    section.rows.push_back({fmt::format("thread_ns_{}", size), fmt::format("array_size {}", size), "ns/thread", {}});
  }
  HostRow ratio{.key = "thread_ns_ratio",
                .name = fmt::format("cost of a thread at {} to that at {}", kLargest, kSmallest),
                .unit = "ratio",
                .want = HostRow::Want::kAtMost,
                .wanted = 1.5};
  HostRow exponent{.key = "cost_exponent", .name = "cost grows as array_size to the power of", .unit = ""};
  for (std::uint32_t round = 0; round < rounds; ++round) {
    std::int64_t size = kSmallest;
    for (HostRow& row : section.rows) {
      const FactorySettings settings{size, 5, size, 32};
      const std::int64_t times = kLargest / size;  // the same number of threads for each size
      const Stopwatch watch;
      for (std::int64_t i = 0; i < times; ++i) {
        const auto ok = (*bench)->launch(**program, settings, SearchForm{});
        if (!ok) return tl::unexpected(ok.error());
      }
      row.values.push_back(watch.processor_seconds() * 1e9 / static_cast<double>(times * size));
      if (const auto ok = check_output(**bench, settings); !ok) return tl::unexpected(ok.error());
      size *= 10;
    }
    const double grown = section.rows.back().values.back() / section.rows.front().values.back();
    ratio.values.push_back(grown);
    exponent.values.push_back(1 + std::log(grown) / std::log(static_cast<double>(kLargest) / kSmallest));
  }
  section.rows.push_back(std::move(ratio));
  section.rows.push_back(std::move(exponent));
  return section;
}

Expected<HostSection> measure_cases(Target& target, std::uint32_t rounds, double seconds) {
  struct Way {
    HostRow row;
    bool sticky;
    std::size_t batch;
  };
  std::vector<Way> ways;
  for (const bool sticky : {false, true}) {
    for (const std::size_t batch : {SearchLoop::kBatchMax, std::size_t{1}}) {
      const char* schedule = sticky ? "sticky schedules" : "default schedule";
      ways.push_back({{fmt::format("cases_{}_{}_per_s", sticky ? "sticky" : "default", batch),
                       fmt::format("10 threads, {}, {}", schedule,
                                   batch == 1 ? "one case at a time" : fmt::format("batches of {}", batch)),
                       "cases/s",
                       {}},
                      sticky,
                      batch});
    }
  }
  std::uint64_t seed = 0;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (Way& way : ways) {
      std::vector<Case> cases(way.batch);
      for (Case& c : cases) c.calls = {{10, 5, 7, 10}};
      std::uint64_t run = 0;
      const Stopwatch watch;
      for (; watch.seconds() < seconds; run += way.batch) {
        if (way.sticky) {
          for (Case& c : cases) c.schedule = DrawnForm{DrawnStrategy::kSticky, ++seed};
        }
        const auto results = run_cases(target, cases, {});
        if (!results) return tl::unexpected(results.error());
        for (const RunResult& result : *results) {
          if (result.verdict.kind == VerdictKind::kPass) continue;
          return make_error(ErrorCode::kInternal, "a case of the factory kernel did not pass");
        }
      }
      way.row.values.push_back(static_cast<double>(run) / watch.seconds());
    }
  }
  HostSection section{"Cases, with coordinator, round trip to the worker and oracles", {}};
  for (Way& way : ways) section.rows.push_back(std::move(way.row));
  return section;
}

}  // namespace straylane
