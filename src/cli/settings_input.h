#pragma once

#include <string>

#include "domain/schema.h"

namespace straylane {

// Settings from the command line: "width=100,height=3" changes these parameters of the usual settings. kUsage where a
// name is not one of the schema's, is given twice, or has no integer; kOutOfRange as Schema::validate says.
Expected<Settings> parse_settings(const std::string& text, const Schema& schema);

}  // namespace straylane
