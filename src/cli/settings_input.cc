#include "cli/settings_input.h"

#include <fmt/format.h>

#include <charconv>
#include <set>
#include <sstream>

namespace straylane {
namespace {

std::string names_of(const Schema& schema) {
  std::string names;
  for (const Parameter& p : schema) names += (names.empty() ? "" : ", ") + p.name;
  return names;
}

tl::unexpected<Error> refuse(const std::string& why) { return make_error(ErrorCode::kUsage, "--settings: " + why); }

}  // namespace

Expected<Settings> parse_settings(const std::string& text, const Schema& schema) {
  Settings settings = schema.usual();
  std::set<std::string> seen;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const auto parameter = schema.find(name);
    if (!parameter || equals == std::string::npos) {
      return refuse(fmt::format("\"{}\" is not NAME=NUMBER with a NAME of {}", part, names_of(schema)));
    }
    if (!seen.insert(name).second) return refuse(name + " given twice");
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data() + equals + 1, end, settings[*parameter]);
    if (error != std::errc() || stop != end) {
      return refuse(fmt::format("{} is \"{}\", must be an integer", name, part.substr(equals + 1)));
    }
  }
  if (const auto invalid = schema.first_invalid(settings)) {
    return make_error(ErrorCode::kOutOfRange, "--settings: " + to_string(*invalid));
  }
  return settings;
}

}  // namespace straylane
