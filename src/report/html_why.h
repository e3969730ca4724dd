#pragma once

#include <string>

#include "report/finding_record.h"

namespace straylane {

// Why it fails, for the page: the texts of why_text() under their headings, and the point of no return as a picture (the
// SVG of the finding's folder as the `src` of an <img>, where it can neither load nor run anything). Empty where nothing
// was explained.
std::string render_html_why(const FindingRecord& record);

}  // namespace straylane
