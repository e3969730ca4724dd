#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/site.h"

namespace straylane {

// Compares the sites that a recorded case met with those of a run, both in the order of their first visit. Names the
// first that is not there, or comes elsewhere, and what is there instead; nothing where all are there in their order.
// Sites that the case does not have are passed over: statements have been added to the source.
std::optional<std::string> first_difference(const std::vector<Site>& recorded, const std::vector<Site>& met);

}  // namespace straylane
