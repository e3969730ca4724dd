#pragma once

#include <string>
#include <vector>

#include "domain/explanation.h"
#include "explain/columns.h"

namespace straylane {

// A run as one column for each thread, with time running downwards; two threads are 116 characters wide. `m` has lines
// of its own instead of a column, because it only starts the others and waits for them. Statements are cut to the width
// of a column, notes are wrapped to at most three lines of it, and bands run across. No line is wider than max(120,
// kColumnsTextMargin + threads * kColumnsTextPitch) characters.
inline constexpr std::size_t kColumnsTextMargin = 2;
inline constexpr std::size_t kColumnsTextPitch = 57;
std::string columns_text(const Columns& columns);

// A section of the text that says why a case fails.
struct WhySection {
  std::string title;
  std::string body;       // lines
  bool is_curve = false;  // no_return_svg() shows the same
};

// The orderings that the case needs with files and lines, its point of no return, and one column per thread of what
// matters. `matters` is what columns_that_matter() gives for the case that was explained.
std::vector<WhySection> why_sections(const Explanation& why, const Columns& matters);

// The sections as one text.
std::string why_text(const Explanation& why, const Columns& matters);

// The orderings and the point of no return in a few lines, for a terminal.
std::string why_summary(const Explanation& why);

// The chance of failure over the steps of a run, as one <svg> element that needs nothing else. The 95 % intervals are a
// band, the shares are points, and the point of no return is a line with its statement. The drawing takes the colour of
// the text around it; where it stands alone, it follows the reader's dark or light setting. Empty if there is no curve.
std::string no_return_svg(const NoReturn& no_return);

}  // namespace straylane
