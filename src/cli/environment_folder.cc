#include "cli/environment_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "domain/case.h"
#include "os/files.h"
#include "os/folder_marker.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReady = "ready";  // the file that marks a complete environment
constexpr std::size_t kNameMax = 100;

bool is_name(const std::string& text) {
  const auto may_be_in = [](char c) {
    return is_alphanumeric(c) || std::string_view("._+-").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kNameMax && is_alphanumeric(text[0]) && std::ranges::all_of(text, may_be_in);
}

}  // namespace

Expected<fs::path> environment_folder(const fs::path& environments, const std::string& name) {
  if (is_name(name)) return environments / name;
  return make_error(ErrorCode::kUsage, fmt::format("--name: \"{}\" is not a name: letters, digits and . _ + - only; "
                                                   "environments are in {}/",
                                                   name, environments.string()));
}

bool is_ready(const fs::path& folder) { return is_there(folder / kReady); }

Expected<void> set_ready(const fs::path& folder) { return write_new_file(folder / kReady, ""); }

Expected<bool> is_environment(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return false;
  return check_marked(folder, FolderKind::kEnvironment).map([&] { return is_ready(folder); });
}

Expected<void> begin_environment(const fs::path& folder) {
  remove_environment(folder);
  return make_marked_folder(folder, FolderKind::kEnvironment);
}

void remove_environment(const fs::path& folder) {
  std::error_code error;
  if (is_marked(folder, FolderKind::kEnvironment)) fs::remove_all(folder, error);
}

}  // namespace straylane
