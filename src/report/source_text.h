#pragma once

#include <string>
#include <string_view>

namespace straylane {

// "numba/cuda/simulator/kernelapi.py" -> "kernelapi.py"
inline std::string short_file(const std::string& file) { return file.substr(file.find_last_of('/') + 1); }

// How many bytes the character at the beginning of `text`, which is not empty, has; 0 where there is no well-formed one
// (RFC 3629).
std::size_t character_bytes(std::string_view text);

// A text from outside as it may stand in a report: well-formed UTF-8 on one line. A control character is a space, and a
// byte that belongs to no character '?'.
std::string clean(std::string_view text);

// Cleaned, and at most `width` characters, the cut marked; `width` is 3 or more.
std::string cut(std::string_view text, std::size_t width);

// The first `width` characters of a cleaned text.
std::string first_characters(const std::string& text, std::size_t width);

// Characters, not bytes, of a cleaned text.
std::size_t width_of(std::string_view text);

// With spaces behind it up to `width` characters.
std::string padded(std::string text, std::size_t width);

}  // namespace straylane
