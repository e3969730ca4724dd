#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace straylane {

// Makes text from outside fit for a one-line message. Each byte that is not printable ASCII becomes \xNN. Text beyond
// `length_max` characters is cut and marked with "...".
std::string one_line(std::string_view text, std::size_t length_max);

// The same for the name of a place, such as a file. Bytes above 0x7f are kept, so a name in UTF-8 stays readable.
std::string one_line_place(std::string_view place);

}  // namespace straylane
