#include "campaign/kept_path.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

bool leads_out(const fs::path& kept) { return kept.is_absolute() || *kept.begin() == ".."; }

fs::path real_path(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(fs::absolute(path, error), error);
  const fs::path normal = error ? fs::absolute(path, error).lexically_normal() : found;
  return normal.has_filename() ? normal : normal.parent_path();
}

}  // namespace

std::string path_to_keep(const fs::path& campaign, const std::string& path) {
  return path.empty() ? path : real_path(path).lexically_proximate(real_path(campaign)).string();
}

std::string path_kept(const fs::path& campaign, const std::string& kept) {
  if (kept.empty()) return kept;
  const fs::path path = (real_path(campaign) / kept).lexically_normal();
  std::error_code error;
  const fs::path from_here = path.lexically_proximate(fs::current_path(error));
  return error || leads_out(from_here) ? path.string() : from_here.string();
}

bool is_in_campaign(const fs::path& campaign, const std::string& path) {
  return !leads_out(path_to_keep(campaign, path));
}

}  // namespace straylane
