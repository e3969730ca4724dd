#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/site.h"

namespace straylane {

// Compares the sites that a recorded case met with those that a run met, both in the order of their first visit.
// Returns a sentence that names the first recorded site that is missing or elsewhere, and what the run has instead;
// nothing if the run met all of them in their order. Skips sites that only the run has: statements that were added to
// the source.
std::optional<std::string> first_difference(const std::vector<Site>& recorded, const std::vector<Site>& met);

}  // namespace straylane
