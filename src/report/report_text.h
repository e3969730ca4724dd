#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace straylane {

// How reports write numbers, and texts from outside.

// 1234567 -> "1 234 567". By default with narrow no-break spaces.
std::string grouped(std::uint64_t number, std::string_view separator = "\u202F");

// 1234567 -> "1.2M", for the axis of a plot and the tiles of a summary.
std::string compact(double number);

// 5025 -> "1 h 23 min", 12.25 -> "12.3 s"
std::string duration_text(double seconds);

// "numba/cuda/simulator/kernelapi.py" -> "kernelapi.py"
inline std::string short_file(const std::string& file) { return file.substr(file.find_last_of('/') + 1); }

// Makes a text fit for a report: well-formed UTF-8 (RFC 3629) on one line. A control character becomes a space, and a
// byte that belongs to no character becomes '?'.
std::string clean(std::string_view text);

// Cleans a text and cuts it to at most `width` characters, with a mark at the cut.
//
// Precondition: `width` is 3 or more.
std::string cut(std::string_view text, std::size_t width);

// The first `width` characters of a cleaned text.
std::string first_characters(const std::string& text, std::size_t width);

// The number of characters (not bytes) of a cleaned text.
std::size_t width_of(std::string_view text);

// Adds spaces up to `width` characters.
std::string padded(std::string text, std::size_t width);

// Makes a text fit to stand between tags and inside a quoted attribute of HTML or XML. Markup characters become
// entities. Control characters other than newline and tab become U+FFFD, as does whatever is not UTF-8.
std::string html_text(std::string_view text);

// Writes every byte but the unreserved characters of RFC 3986 and those of `kept` as a percent sign and two digits.
std::string percent_encoded(std::string_view text, std::string_view kept = {});

// Makes one word of a command line that a person copies into a shell. Quotes it only if it needs quotes.
std::string shell_word(const std::string& text);

}  // namespace straylane
