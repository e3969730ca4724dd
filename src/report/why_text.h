#pragma once

#include <string>
#include <vector>

#include "domain/explanation.h"
#include "explain/columns.h"

namespace straylane {

// Why a case fails, for a person, in sections: the orderings that it needs with files and lines, its point of no
// return, and one column per thread of what matters. `matters`: columns_that_matter() of the case that was explained.
struct WhySection {
  std::string title;
  std::string body;       // lines
  bool is_curve = false;  // no_return_svg() shows the same
};
std::vector<WhySection> why_sections(const Explanation& why, const Columns& matters);

// The sections as one text.
std::string why_text(const Explanation& why, const Columns& matters);

// The orderings and the point of no return in a few lines, for a terminal.
std::string why_summary(const Explanation& why);

}  // namespace straylane
