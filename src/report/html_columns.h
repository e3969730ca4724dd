#pragma once

#include <string>

#include "explain/columns.h"

namespace straylane {

// Columns without bands as an ordered list of what happened: one column for each thread on a wide screen, one after
// another with the thread's colour and name on a narrow one. A long stretch in which nothing is said is folded. At most
// kHtmlRowsMax rows; that there are more is said. Empty where there are no rows.
std::string render_html_columns(const Columns& columns);

inline constexpr std::size_t kHtmlRowsMax = 600;

}  // namespace straylane
