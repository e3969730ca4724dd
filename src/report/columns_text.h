#pragma once

#include <string>

#include "explain/columns.h"

namespace straylane {

// A run as one column for each thread, time running downwards; 116 characters wide for two threads. `m` has lines of
// its own instead: it only starts the others and waits for them. Statements are cut to a column, notes wrapped to at
// most three lines of it; bands run across. No line is wider than kColumnsTextMargin + threads * kColumnsTextPitch
// characters, or 120 where that is less.
inline constexpr std::size_t kColumnsTextMargin = 2;
inline constexpr std::size_t kColumnsTextPitch = 57;
std::string columns_text(const Columns& columns);

}  // namespace straylane
