#include "cli/regressions.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "os/beside_program.h"
#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = 1 << 20;

}  // namespace

fs::path regressions_folder() {
  std::error_code error;
  const fs::path folder = beside_program("regressions");
  return folder.empty() ? folder : fs::canonical(folder, error);
}

Expected<std::map<std::string, std::string>> known_fixes(const std::string& bucket) {
  std::map<std::string, std::string> fixes;
  std::error_code error;
  const fs::path file = regressions_folder() / bucket / "fixed.json";
  if (!fs::exists(file, error)) return fixes;
  const auto text = read_file(file, kBytesMax);
  if (!text) return tl::unexpected(text.error());
  const auto read = nlohmann::json::parse(*text, nullptr, false);
  const auto malformed = [&](const char* why) {
    return make_error(ErrorCode::kMalformed, fmt::format("{}: {}", file.string(), why));
  };
  if (!read.is_object()) return malformed("must be an object of strings");
  for (const auto& [digest, where] : read.items()) {
    if (!where.is_string()) return malformed("must be an object of strings");
    fixes[digest] = where.get<std::string>();
  }
  return fixes;
}

}  // namespace straylane
