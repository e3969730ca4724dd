#include "bench/host_builds.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "bench/device_bench.h"
#include "bench/stopwatch.h"

namespace straylane {
namespace {

constexpr double kBuildMsMax = 12;

double resident_kib() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

struct Way {
  bool coverage;
  HostRow processor;
  HostRow elapsed;
};

// Times builds for the buffer_sizes first .. first + builds - 1.
Expected<void> time_builds(DeviceBench& bench, std::int64_t first, std::uint32_t builds, Way& way) {
  for (std::int64_t size = first; size < first + builds; ++size) {
    const Stopwatch watch;
    const auto program = bench.build(size);
    if (!program) return tl::unexpected(program.error());
    way.processor.values.push_back(watch.processor_seconds() * 1e3);
    way.elapsed.values.push_back(watch.seconds() * 1e3);
  }
  return {};
}

}  // namespace

Expected<HostSection> measure_builds(std::uint32_t builds) {
  constexpr std::uint32_t kTurns = 5;
  constexpr std::uint32_t kWarmUp = 3;
  const std::uint32_t of_turn = std::max(builds / kTurns, 1U);
  std::vector<Way> ways = {
      {false, {"build_ms", "new build", "ms", {}}, {"build_elapsed_ms", "  by the clock on the wall", "ms", {}}},
      {true,
       {"build_coverage_ms", "new build with coverage", "ms", {}, HostRow::Want::kAtMost, kBuildMsMax},
       {"build_coverage_elapsed_ms", "  by the clock on the wall", "ms", {}}}};
  for (std::uint32_t turn = 0; turn < kTurns; ++turn) {
    for (Way& way : ways) {
      auto bench = DeviceBench::open(way.coverage);
      if (!bench) return tl::unexpected(bench.error());
      Way warm_up{};
      auto ok = time_builds(**bench, 1, kWarmUp, warm_up);
      if (ok) ok = time_builds(**bench, 1 + kWarmUp, of_turn, way);
      if (!ok) return tl::unexpected(ok.error());
    }
  }
  HostSection section{"Builds, each for a buffer_size not seen before; processor time", {}};
  for (Way& way : ways) {
    section.rows.push_back(std::move(way.processor));
    section.rows.push_back(std::move(way.elapsed));
  }
  return section;
}

Expected<HostSection> measure_memory(std::uint32_t builds) {
  auto bench = DeviceBench::open(true);
  if (!bench) return tl::unexpected(bench.error());
  const std::uint32_t early = std::max(builds / 10, 1U);
  double early_kib = 0;
  for (std::uint32_t made = 1; made <= builds; ++made) {
    const auto program = (*bench)->build(made);
    if (!program) return tl::unexpected(program.error());
    const auto ok = (*bench)->launch(**program, {10, made, 7, 10}, SearchForm{});
    if (!ok) return tl::unexpected(ok.error());
    if (made == early) early_kib = resident_kib();
  }
  const double late_kib = resident_kib();
  return HostSection{
      fmt::format("Resident memory over {} builds, each launched once", builds),
      {{"resident_early_mib", fmt::format("after {} builds", early), "MiB", {early_kib / 1024}},
       {"resident_mib", fmt::format("after {} builds", builds), "MiB", {late_kib / 1024}},
       {"resident_growth_kib", "growth in between", "KiB/build", {(late_kib - early_kib) / (builds - early)}}}};
}

}  // namespace straylane
