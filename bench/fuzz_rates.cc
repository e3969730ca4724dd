#include "bench/fuzz_rates.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include "bench/scratch_folder.h"
#include "os/beside_program.h"
#include "os/child.h"

namespace straylane {
namespace {

constexpr double kShareOfEmpty = 0.15;
constexpr double kTimeoutSeconds = 600;
constexpr std::uint64_t kEmptyRunsMin = 1'000'000;
constexpr std::uint64_t kOneLaunchRuns = 10;  // for each run of a campaign, since such a run takes that much less time

double children_seconds() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Processor seconds of `runs` runs from an empty corpus, including start and end of the process.
Expected<double> seconds_of(const std::string& program, std::uint64_t runs) {
  const ScratchFolder corpus;
  const double before = children_seconds();
  const auto child =
      run_child({program, fmt::format("-runs={}", runs), "-seed=1", corpus.path()}, corpus.path(), kTimeoutSeconds);
  if (child.status != 0 || child.timed_out) {
    return make_error(ErrorCode::kInternal, fmt::format("{} ended with {}: {}", program, child.status, child.output));
  }
  return children_seconds() - before;
}

}  // namespace

Expected<HostSection> measure_fuzz_rates(std::uint32_t rounds, std::uint64_t runs) {
  HostSection section{
      fmt::format("Fuzzing from an empty corpus, {} runs, runs/s of processor time", runs),
      {{"fuzz_empty_per_s", "an empty libFuzzer target", "per s"},
       {"fuzz_host_per_s", "fuzz_host, new builds included", "per s"},
       {"fuzz_host_later_per_s", "fuzz_host, second half of the runs (fewer new builds)", "per s"},
       {"fuzz_one_launch_per_s", "fuzz_host, one launch of 10 threads, built before", "per s"},
       {"fuzz_ratio", "  rate of the first to the empty target", "ratio", {}, HostRow::Want::kAtLeast, kShareOfEmpty},
       {"fuzz_later_ratio", "  rate of the second half to the empty target", "ratio"},
       {"fuzz_one_launch_ratio",
        "  rate of one launch to the empty target",
        "ratio",
        {},
        HostRow::Want::kAtLeast,
        kShareOfEmpty}}};
  const std::string ours = beside_program("fuzz/fuzz_host").string();
  const std::string empty = beside_program("bench/straylane_bench_empty_fuzz").string();
  const std::string one_launch = beside_program("bench/straylane_bench_one_launch").string();
  if (ours.empty() || empty.empty() || one_launch.empty()) {
    for (HostRow& row : section.rows) row.not_measured = "package libclang-rt-19-dev is missing";
    return section;
  }
  const std::uint64_t empty_runs = std::max(runs, kEmptyRunsMin);
  const std::uint64_t one_launch_runs = runs * kOneLaunchRuns;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    // All runs start from the same seed, so the shorter one is the first half of the longer one.
    std::vector<double> seconds;
    for (const auto& [program, count] :
         {std::pair{empty, std::uint64_t{0}}, std::pair{empty, empty_runs}, std::pair{ours, std::uint64_t{0}},
          std::pair{ours, runs / 2}, std::pair{ours, runs}, std::pair{one_launch, std::uint64_t{1}},
          std::pair{one_launch, one_launch_runs}}) {
      const auto one = seconds_of(program, count);
      if (!one) return tl::unexpected(one.error());
      seconds.push_back(*one);
    }
    const double empty_rate = static_cast<double>(empty_runs) / (seconds[1] - seconds[0]);
    const double rate = static_cast<double>(runs) / (seconds[4] - seconds[2]);
    const double later_rate = static_cast<double>(runs - runs / 2) / (seconds[4] - seconds[3]);
    const double one_launch_rate = static_cast<double>(one_launch_runs - 1) / (seconds[6] - seconds[5]);
    const double rates[] = {empty_rate,
                            rate,
                            later_rate,
                            one_launch_rate,
                            rate / empty_rate,
                            later_rate / empty_rate,
                            one_launch_rate / empty_rate};
    for (std::size_t row = 0; row < section.rows.size(); ++row) section.rows[row].values.push_back(rates[row]);
  }
  return section;
}

}  // namespace straylane
