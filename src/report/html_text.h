#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace straylane {

// Text from outside, made fit to stand between tags and inside a quoted attribute of an HTML page or of XML: markup
// characters become entities, control characters other than line end and tab U+FFFD, and so does what is not UTF-8.
std::string html_text(std::string_view text);

// 1234567 -> "1,234,567", with thin spaces in place of the commas.
std::string grouped(std::uint64_t number);

// 1234567 -> "1.2M", for the axis of a plot and the tiles of a summary.
std::string compact(double number);

// 5025 -> "1 h 23 min", 12.25 -> "12.3 s"
std::string duration_text(double seconds);

}  // namespace straylane
