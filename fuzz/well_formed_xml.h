#pragma once

#include <string>
#include <string_view>

namespace straylane {

// What is wrong with an XML element as our renderers write them, or empty: tags that do not match, an attribute without
// quotes, a '<' or '&' that begins nothing. Knows no comments, declarations or CDATA: there must be none.
std::string wrong_in_xml(std::string_view text);

}  // namespace straylane
