#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// Estimates how much a search has not seen yet from how often it has seen each thing (Good, "The population frequencies
// of species and the estimation of population parameters", Biometrika 1953; for testing: Böhme, "STADS: Software
// Testing as Species Discovery", TOSEM 2018). A species here is a class of behaviour, given as a 64-bit key. The caller
// decides which runs behave alike.
//
// The estimate assumes that runs are drawn independently from one distribution. A search that learns while it runs
// only comes close to that.
struct DiscoveryEstimate {
  std::string behaviour;  // what tells runs apart, such as "trace"
  std::uint64_t runs = 0;
  std::uint64_t classes = 0;     // met at least once
  std::uint64_t singletons = 0;  // met once
  std::uint64_t doubletons = 0;  // met twice
  std::uint64_t one_in = 1;      // above 1, the three counts above are scaled up from every one_in-th class
  // The chance that the next run is of a new class: singletons / runs, with a 95 % interval (normal; Esty, Annals of
  // Statistics 1983). The upper end is at least 3 / runs, the bound if no run had shown a new class.
  double chance = 1;
  double chance_low = 0;
  double chance_high = 1;
  // With 95 % confidence the chance is at most this, whatever the distribution is: singletons / runs +
  // (2 sqrt 2 + sqrt 3) sqrt(ln(3 / 0.05) / runs) (McAllester and Schapire, COLT 2000). Wide: 0.29 at 1,000 runs.
  double chance_bound = 1;
};

}  // namespace straylane
