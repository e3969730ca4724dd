#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shrink/shrink.h"
#include "targets/target.h"

namespace straylane {

// The first failure that a hunt with this seed finds, under controlled schedules.
struct FirstFailure {
  std::uint64_t seed = 0;
  std::uint64_t launches = 0;  // up to and including the failing one, or all that were made
  double seconds = 0;
  std::optional<Case> failing;  // recorded; nothing if none was found in time
  std::string bucket;
};

Expected<FirstFailure> search_first_failure(Target& target, std::uint64_t seed, double time_s);

// The result of shrinking one seed's failure.
struct SeedMinimum {
  std::uint64_t seed = 0;
  std::string bucket;
  ShrinkResult shrunk;
  double seconds = 0;
};

Expected<SeedMinimum> shrink_first_failure(Target& target, const FirstFailure& first);

// Seeds whose minima are the same case. group_minima gives the largest group first.
struct SameMinimum {
  std::string bucket;
  Case minimal;
  Case minimal_any_shape;
  std::vector<std::uint64_t> seeds;
};
std::vector<SameMinimum> group_minima(const std::vector<SeedMinimum>& minima);

}  // namespace straylane
