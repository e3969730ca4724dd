#pragma once

#include <string>
#include <string_view>

namespace straylane {

// Says what is wrong with an XML element that one of our renderers wrote, or nothing: tags that do not match, an
// attribute without quotes, a '<' or '&' that begins nothing. Comments, declarations and CDATA count as wrong.
std::string wrong_in_xml(std::string_view text);

}  // namespace straylane
