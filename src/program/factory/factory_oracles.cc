#include "program/factory/factory_oracles.h"

#include <fmt/format.h>

#include <algorithm>

#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

class StrayLane final : public Oracle {
 public:
  const char* name() const override { return kStrayLane; }
  const char* rule() const override { return "No thread with an index of n_threads or more goes on after the guard."; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override {
    for (const LaunchObservation& launch : observation.launches) {
      const std::int64_t n_threads = FactorySettings::of(c.calls.at(launch.call)).n_threads;
      for (const ThreadOutcome& thread : launch.threads) {
        if (!thread.passed_guard || thread.thread_index < n_threads) continue;
        return Failure{.oracle = name(),
                       .message = "a thread whose index is n_threads or more went on behind the guard",
                       .function = thread.first_after_guard ? thread.first_after_guard->function : "",
                       .thread = thread.id};
      }
    }
    return std::nullopt;
  }
};

// Launches that raised are not judged: their output is undefined.
class PrefixInvariant final : public Oracle {
 public:
  const char* name() const override { return "prefix-invariant"; }
  const char* rule() const override { return "The first n_threads elements of the output are 1, the rest 0."; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override {
    const auto raised = [&](std::uint32_t call) {
      return std::any_of(observation.launches.begin(), observation.launches.end(),
                         [&](const LaunchObservation& l) { return l.call == call && l.raised; });
    };
    for (const Output& output : observation.outputs) {
      const auto settings = FactorySettings::of(c.calls.at(output.call));
      if (raised(output.call)) continue;
      const auto size = static_cast<std::int64_t>(output.count());
      if (output.type != ElementType::kFloat32 || size != settings.array_size) {
        return Failure{.oracle = name(),
                       .message = fmt::format("output has {} elements, must have {}", size, settings.array_size)};
      }
      for (std::int64_t k = 0; k < settings.array_size; ++k) {
        const auto value = output.at<float>(static_cast<std::size_t>(k));
        const float wanted = k < settings.n_threads ? 1.0F : 0.0F;
        if (value == wanted) continue;  // false for a NaN
        return Failure{.oracle = name(),
                       .message = fmt::format("output[{}] is {}, must be {} (n_threads {})", k, value, wanted,
                                              settings.n_threads),
                       .facts = {{"thread_index", k}, {"n_threads", settings.n_threads}},
                       // The wrong value may be another one there: memory that nobody has written holds poison here.
                       .on_stock = fmt::format(", must be {}", wanted)};
      }
    }
    return std::nullopt;
  }
};

}  // namespace

const std::vector<const Oracle*>& factory_oracles() {
  static const StrayLane stray_lane;
  static const PrefixInvariant prefix_invariant;
  static const std::vector<const Oracle*> oracles = {&stray_lane, &prefix_invariant};
  return oracles;
}

}  // namespace straylane
