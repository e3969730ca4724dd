#include "bench/fuzz_rates.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include "bench/scratch_folder.h"
#include "campaign/child_process.h"
#include "target/beside_program.h"

namespace straylane {
namespace {

constexpr double kShareOfEmpty = 0.15;
constexpr double kTimeoutSeconds = 600;
constexpr std::uint64_t kEmptyRunsMin = 1'000'000;

double children_seconds() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Processor seconds of `runs` runs from an empty corpus, start and end of the process included.
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
       {"fuzz_ratio", "  rate of the first to the empty target", "ratio", {}, HostRow::Want::kAtLeast, kShareOfEmpty},
       {"fuzz_later_ratio", "  rate of the second half to the empty target", "ratio"}}};
  const std::string ours = beside_program("fuzz/fuzz_host").string();
  const std::string empty = beside_program("bench/straylane_bench_empty_fuzz").string();
  if (ours.empty() || empty.empty()) {
    for (HostRow& row : section.rows) row.not_measured = "package libclang-rt-19-dev is missing";
    return section;
  }
  const std::uint64_t empty_runs = std::max(runs, kEmptyRunsMin);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    // Runs of each are made from the same seed: those of the first half are the same in both.
    std::vector<double> seconds;
    for (const auto& [program, count] :
         {std::pair{empty, std::uint64_t{0}}, std::pair{empty, empty_runs}, std::pair{ours, std::uint64_t{0}},
          std::pair{ours, runs / 2}, std::pair{ours, runs}}) {
      const auto one = seconds_of(program, count);
      if (!one) return tl::unexpected(one.error());
      seconds.push_back(*one);
    }
    const double empty_rate = static_cast<double>(empty_runs) / (seconds[1] - seconds[0]);
    const double rate = static_cast<double>(runs) / (seconds[4] - seconds[2]);
    const double later_rate = static_cast<double>(runs - runs / 2) / (seconds[4] - seconds[3]);
    section.rows[0].values.push_back(empty_rate);
    section.rows[1].values.push_back(rate);
    section.rows[2].values.push_back(later_rate);
    section.rows[3].values.push_back(rate / empty_rate);
    section.rows[4].values.push_back(later_rate / empty_rate);
  }
  return section;
}

}  // namespace straylane
