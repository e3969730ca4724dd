#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "shrink/shrink_session.h"

namespace straylane {

// Plants a failure as a predicate over cases. Neither a program nor threads run, so any settings cost nothing. All
// choices of the recorded form take effect and are preemptions; the other forms of a schedule have no choices.
inline RunMany predicate_runs(std::function<bool(const Case&)> fails) {
  return [fails = std::move(fails)](std::span<const Case> cases,
                                    bool) -> Expected<std::vector<std::pair<bool, Observation>>> {
    std::vector<std::pair<bool, Observation>> runs;
    for (const Case& c : cases) {
      Observation observation;
      if (const auto* choices = std::get_if<RecordedForm>(&c.schedule)) observation.choices = *choices;
      observation.preemptions = static_cast<std::uint32_t>(observation.choices.size());
      runs.emplace_back(fails(c), std::move(observation));
    }
    return runs;
  };
}

}  // namespace straylane
