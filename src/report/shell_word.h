#pragma once

#include <string>

namespace straylane {

// `text` as one word of a command line that a person copies into a shell: in quotes only where it needs them.
std::string shell_word(const std::string& text);

}  // namespace straylane
