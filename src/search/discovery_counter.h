#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "domain/discovery_estimate.h"
#include "search/behaviour_class.h"

namespace straylane {

// Counts runs by class, in bounded memory: of more than `classes_max` classes a part is kept, drawn by a hash of the
// key (adaptive sampling, Flajolet, Computing 1990), and the counts are scaled up.
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

}  // namespace straylane
