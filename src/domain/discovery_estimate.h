#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// How much a search has not seen yet, estimated from how often it has seen what it saw (Good, "The population
// frequencies of species and the estimation of population parameters", Biometrika 1953; for testing: Böhme, "STADS:
// Software Testing as Species Discovery", TOSEM 2018). A species is a class of behaviour, given as a 64-bit key: which
// runs behave alike is the caller's business.
//
// What it rests on: runs are drawn independently and from one distribution. A search that learns while it runs is near
// that, not at it.
struct DiscoveryEstimate {
  std::string behaviour;  // by what runs are told apart, such as "trace"
  std::uint64_t runs = 0;
  std::uint64_t classes = 0;     // met at all
  std::uint64_t singletons = 0;  // met once
  std::uint64_t doubletons = 0;  // met twice
  std::uint64_t one_in = 1;      // above 1 the three above are estimated from every one_in-th class
  // That the next run is of a class not met before: singletons / runs, with a 95 % interval (normal, Esty, Annals of
  // Statistics 1983; its upper end is never below 3 / runs, what no new class in all runs would allow).
  double chance = 1;
  double chance_low = 0;
  double chance_high = 1;
  // What the chance does not exceed with 95 % confidence whatever the distribution is: singletons / runs +
  // (2 sqrt 2 + sqrt 3) sqrt(ln(3 / 0.05) / runs) (McAllester and Schapire, COLT 2000). Wide: 0.29 at 1,000 runs.
  double chance_bound = 1;
};

}  // namespace straylane
