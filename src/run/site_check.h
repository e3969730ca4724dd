#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/site.h"

namespace straylane {

// Compares the sites that a recorded case met with those of a run, both in the order of their first visit. Names the
// first that differs, or nothing where they are the same: then the source has not changed where the case goes.
std::optional<std::string> first_difference(const std::vector<Site>& recorded, const std::vector<Site>& met);

}  // namespace straylane
