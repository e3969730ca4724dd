#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace straylane {

// Text from outside, made fit to be quoted in a one-line message: every byte that is not printable ASCII is written as
// \xNN, and what goes beyond `length_max` characters is cut and marked with "...".
std::string one_line(std::string_view text, std::size_t length_max);

// The same for the name of a place, such as a file: bytes above 0x7f are kept, so that a name in UTF-8 stays readable.
std::string one_line_place(std::string_view place);

}  // namespace straylane
