#include "program/factory/prefix_invariant.h"

#include <fmt/format.h>

namespace straylane {

std::optional<Failure> PrefixInvariant::judge(const Case& c, const Observation& observation) const {
  for (std::size_t i = 0; i < observation.launches.size(); ++i) {
    const LaunchObservation& launch = observation.launches[i];
    const Settings& settings = c.launches.at(i);
    if (launch.raised) continue;
    if (std::ssize(launch.output) != settings.array_size) {
      return Failure{.oracle = name(),
                     .message = fmt::format("output has {} elements, must have {}", launch.output.size(),
                                            settings.array_size),
                     .n_threads = settings.n_threads};
    }
    for (std::int64_t k = 0; k < settings.array_size; ++k) {
      const float value = launch.output[static_cast<std::size_t>(k)];
      const float wanted = k < settings.n_threads ? 1.0F : 0.0F;
      if (value == wanted) continue;  // false for a NaN
      return Failure{.oracle = name(),
                     .message = fmt::format("output[{}] is {}, must be {} (n_threads {})", k, value, wanted,
                                            settings.n_threads),
                     .thread_index = k,
                     .n_threads = settings.n_threads};
    }
  }
  return std::nullopt;
}

}  // namespace straylane
