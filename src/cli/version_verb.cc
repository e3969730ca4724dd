#include <fmt/format.h>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>

#include "cli/verbs.h"

namespace straylane {

std::string version_line() {
  return fmt::format("straylane {} (formats straylane-case/2, token sl2)", STRAYLANE_VERSION);
}

Run add_version(CLI::App&) {
  return [] {
    fmt::print("{}\n", version_line());
    fmt::print("built with g++ {}, Boost {}, fmt {}, nlohmann-json {}.{}.{}\n", __VERSION__, BOOST_LIB_VERSION,
               FMT_VERSION, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH);
    return ExitCode::kClean;
  };
}

}  // namespace straylane
