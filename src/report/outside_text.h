#pragma once

#include <string>
#include <string_view>

namespace straylane {

// "numba/cuda/simulator/kernelapi.py" -> "kernelapi.py"
inline std::string short_file(const std::string& file) { return file.substr(file.find_last_of('/') + 1); }

// Text from outside, made fit for the place it is put in.

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

// With spaces after it up to `width` characters.
std::string padded(std::string text, std::size_t width);

// Fit to stand between tags and inside a quoted attribute of an HTML page or of XML: markup characters become entities,
// control characters other than line end and tab U+FFFD, and so does what is not UTF-8.
std::string html_text(std::string_view text);

// RFC 3986: every byte but the unreserved characters and those of `kept` as percent and two digits.
std::string percent_encoded(std::string_view text, std::string_view kept = {});

// One word of a command line that a person copies into a shell: in quotes only where it needs them.
std::string shell_word(const std::string& text);

}  // namespace straylane
