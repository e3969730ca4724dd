#pragma once

#include <string>

#include "report/finding_record.h"

namespace straylane {

// The column picture of a finding: an ordered list of what happened, one column for each thread on a wide screen, one
// after another with the thread's colour and name on a narrow one. A long stretch in which nothing is said is folded.
// At most kHtmlRowsMax rows; that there are more is said. Empty where there are no columns.
std::string render_html_columns(const FindingRecord& record);

inline constexpr std::size_t kHtmlRowsMax = 600;

}  // namespace straylane
