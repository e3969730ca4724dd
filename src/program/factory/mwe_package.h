#pragma once

#include <map>
#include <string>

#include "domain/error.h"
#include "domain/settings.h"

namespace straylane {

// The self-contained working example, by relative path: the package numba_mwe with `settings` as the defaults of its
// suite, and a README.md that says how to run it. `sources`: name -> text of all the package's files. kInternal where
// they have no line of default settings. Precondition: `settings` is valid for the factory's schema.
Expected<std::map<std::string, std::string>> render_mwe_package(const std::map<std::string, std::string>& sources,
                                                                const Settings& settings);

}  // namespace straylane
