#include "cli/settings_input.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <set>
#include <sstream>

namespace straylane {

Expected<Settings> parse_settings(const std::string& text, Settings defaults) {
  const std::map<std::string, std::int64_t*> fields = {{"array_size", &defaults.array_size},
                                                       {"buffer_size", &defaults.buffer_size},
                                                       {"n_threads", &defaults.n_threads},
                                                       {"block_size", &defaults.block_size}};
  std::set<std::string> seen;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const auto field = fields.find(name);
    if (field == fields.end() || equals == std::string::npos) {
      return make_error(ErrorCode::kUsage,
                        fmt::format("--settings: \"{}\" is not NAME=NUMBER with a NAME of array_size, buffer_size, "
                                    "n_threads, block_size",
                                    part));
    }
    if (!seen.insert(name).second) {
      return make_error(ErrorCode::kUsage, fmt::format("--settings: {} stands there twice", name));
    }
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data() + equals + 1, end, *field->second);
    if (error != std::errc() || stop != end) {
      return make_error(ErrorCode::kUsage,
                        fmt::format("--settings: {} is \"{}\", must be an integer", name, part.substr(equals + 1)));
    }
  }
  return validate(defaults)
      .map_error([](const Error& e) {
        return Error{e.code, "--settings: " + e.message};
      })
      .map([&] { return defaults; });
}

}  // namespace straylane
