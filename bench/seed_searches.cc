#include "bench/seed_searches.h"

#include <algorithm>
#include <chrono>

#include "hunt/finding_maker.h"
#include "hunt/shrink_failure.h"
#include "run/run_case.h"
#include "search/portfolio.h"

namespace straylane {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Expected<FirstFailure> search_first_failure(Target& target, std::uint64_t seed, double time_s) {
  FirstFailure first{.seed = seed};
  SearchLoop search(target, {.seed = seed});
  const auto start = Clock::now();
  while (!first.failing && first.seconds < time_s) {
    auto results = search.next_batch();
    if (!results) return tl::unexpected(results.error());
    first.seconds = seconds_since(start);
    for (RunResult& result : *results) {
      first.launches += launches_of(result);
      if (!result.verdict.failure) continue;
      first.bucket = bucket_of(*result.verdict.failure);
      first.failing = std::move(result.recorded);
      break;
    }
  }
  return first;
}

Expected<SeedMinimum> shrink_first_failure(Target& target, const FirstFailure& first) {
  const auto start = Clock::now();
  auto shrunk = shrink_failure(target, *first.failing, first.bucket);
  if (!shrunk) return tl::unexpected(shrunk.error());
  return SeedMinimum{first.seed, first.bucket, std::move(*shrunk), seconds_since(start)};
}

std::vector<SameMinimum> group_minima(const std::vector<SeedMinimum>& minima) {
  std::vector<SameMinimum> groups;
  for (const SeedMinimum& m : minima) {
    const auto same = [&m](const SameMinimum& group) {
      return group.bucket == m.bucket && group.minimal == m.shrunk.shrunk.minimal.failing &&
             group.minimal_any_shape == m.shrunk.shrunk.minimal_any_shape.failing;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) {
      groups.push_back({m.bucket, m.shrunk.shrunk.minimal.failing, m.shrunk.shrunk.minimal_any_shape.failing, {}});
      group = groups.end() - 1;
    }
    group->seeds.push_back(m.seed);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const SameMinimum& a, const SameMinimum& b) { return a.seeds.size() > b.seeds.size(); });
  return groups;
}

}  // namespace straylane
