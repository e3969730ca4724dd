#include <fmt/format.h>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>

#include "cli/verbs.h"

namespace straylane {

Run add_version(CLI::App&) {
  return [] {
    fmt::print("straylane {} (formats straylane-case/2, token sl2)\n", STRAYLANE_VERSION);
    fmt::print("built with g++ {}, Boost {}, fmt {}, nlohmann-json {}.{}.{}\n", __VERSION__, BOOST_LIB_VERSION,
               FMT_VERSION, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH);
    return ExitCode::kClean;
  };
}

}  // namespace straylane
