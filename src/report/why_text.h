#pragma once

#include <string>
#include <vector>

#include "domain/explanation.h"
#include "domain/observation.h"
#include "domain/settings.h"

namespace straylane {

// Why a case fails, for a person: the orderings that it needs with files and lines, its point of no return, and one
// column per thread of what matters. `trace` and `launches` are those of the case that was explained.
std::string why_text(const Explanation& why, const Observation& trace, const std::vector<Settings>& launches);

// The two of them in a few lines, for a terminal.
std::string why_summary(const Explanation& why);

}  // namespace straylane
