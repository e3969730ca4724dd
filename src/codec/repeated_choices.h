#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "domain/schedule.h"

namespace straylane {

// The places, ascending, of the choices whose (thread, yield) an earlier choice in the list has. No format may hold
// such choices.
inline std::vector<std::size_t> repeated_choices(const RecordedForm& recorded) {
  std::vector<std::size_t> repeated;
  if (recorded.size() < 2) return repeated;
  const auto key = [&](std::size_t i) { return std::tuple(recorded[i].thread, recorded[i].yield, i); };
  std::vector<std::size_t> places(recorded.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::sort(places, {}, key);
  for (std::size_t i = 1; i < places.size(); ++i) {
    const Choice& before = recorded[places[i - 1]];
    const Choice& choice = recorded[places[i]];
    if (choice.thread == before.thread && choice.yield == before.yield) repeated.push_back(places[i]);
  }
  std::ranges::sort(repeated);
  return repeated;
}

// Keeps only the first choice of each yield point.
inline void erase_repeated_choices(RecordedForm& recorded) {
  const auto repeated = repeated_choices(recorded);
  for (auto place = repeated.rbegin(); place != repeated.rend(); ++place) {
    recorded.erase(recorded.begin() + static_cast<std::ptrdiff_t>(*place));
  }
}

// The message about such a choice.
inline std::string second_choice_text(const Choice& choice) {
  return "second choice for yield point " + std::to_string(choice.yield) + " of thread " + to_string(choice.thread);
}

}  // namespace straylane
