#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace straylane {

// 1234567 -> "1 234 567", by default with narrow spaces that do not break.
std::string grouped(std::uint64_t number, std::string_view separator = "\u202F");

// 1234567 -> "1.2M", for the axis of a plot and the tiles of a summary.
std::string compact(double number);

// 5025 -> "1 h 23 min", 12.25 -> "12.3 s"
std::string duration_text(double seconds);

}  // namespace straylane
