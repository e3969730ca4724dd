#pragma once

#include <string>

#include "domain/settings.h"

namespace straylane {

// Settings from the command line: "array_size=100,n_threads=3" changes these of `defaults`. kUsage where a name is none
// of the four, stands twice, or has no integer; kOutOfRange as validate() says.
Expected<Settings> parse_settings(const std::string& text, Settings defaults = {});

}  // namespace straylane
