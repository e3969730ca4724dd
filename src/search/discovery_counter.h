#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "domain/discovery_estimate.h"
#include "domain/observation.h"

namespace straylane {

// Decides which runs behave alike, for estimates of what has not been seen: those with equal keys.
struct BehaviourClass {
  const char* name;  // appears beside every estimate
  std::uint64_t (*key)(const Observation&);
};

// The finest classes: the same threads at the same yield points in the same order. Runs with different settings are
// always in different classes.
inline constexpr BehaviourClass kTraceBehaviour{"trace", [](const Observation& o) { return o.trace_digest; }};

// The reads-from classes (Observation::reads_from_digest). Settings alone make no new class.
inline constexpr BehaviourClass kReadsFromBehaviour{"reads-from",
                                                    [](const Observation& o) { return o.reads_from_digest; }};

// Counts runs by class, in bounded memory. Above `classes_max` classes it keeps a sample of them, chosen by a hash of
// the key (adaptive sampling, Flajolet, Computing 1990), and scales the counts up.
class DiscoveryCounter {
 public:
  static constexpr std::size_t kClassesMax = 1 << 16;  // about 3 MiB

  explicit DiscoveryCounter(const BehaviourClass& behaviour = kTraceBehaviour, std::size_t classes_max = kClassesMax)
      : behaviour_(behaviour), classes_max_(classes_max) {}

  void add(const Observation& observation) { add(behaviour_.key(observation)); }
  void add(std::uint64_t key);
  DiscoveryEstimate estimate() const;

 private:
  bool is_kept(std::uint64_t key) const;
  void keep_fewer();

  BehaviourClass behaviour_;
  std::size_t classes_max_;
  std::uint64_t runs_ = 0;
  std::uint32_t level_ = 0;  // one in 2^level classes is kept
  std::uint64_t singletons_ = 0;
  std::uint64_t doubletons_ = 0;
  std::unordered_map<std::uint64_t, std::uint8_t> seen_;  // times met: 1, 2, or 3 for more
};

// Whether a search may stop before its budget is spent. `runs_left` is the number of runs that the rest of the budget
// allows, at the rate so far.
//
// The expected number of new classes is singletons * runs_left / runs. This is Good's estimate, and rather too high,
// because it assumes that the rate of discovery no longer falls. The search may stop if the new classes would be at
// most 6 % of those seen. If a failing class is as likely as any other to be among them, this is also the chance that
// the stop loses it. The stop is wrong if a failing class is far rarer than all others; nothing that was seen can show
// that. Measured (props/search/plateau_test.cc): 25 of 1,000 made-up campaigns stopped wrongly, and 52 % of the budget
// was saved.
bool plateau(const DiscoveryEstimate& estimate, std::uint64_t runs_left);

}  // namespace straylane
