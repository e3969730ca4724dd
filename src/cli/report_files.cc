#include "cli/report_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "os/files.h"
#include "report/junit.h"
#include "report/sarif.h"

namespace straylane {

namespace fs = std::filesystem;

Expected<void> check_report_file(const char* option, const std::string& path, bool force) {
  if (path.empty()) return {};
  std::error_code error;
  const fs::file_status there = fs::symlink_status(path, error);
  if (fs::exists(there) && !force) {
    return make_error(ErrorCode::kStorage,
                      fmt::format("{} {}: exists already, and nothing is overwritten without --force", option, path));
  }
  if (fs::exists(there) && !fs::is_regular_file(there)) {
    return make_error(ErrorCode::kStorage,
                      fmt::format("{} {}: is not a regular file, and --force replaces nothing else", option, path));
  }
  const fs::path folder = fs::path(path).parent_path();
  return check_can_be_made(folder.empty() ? fs::path(".") : folder);
}

Expected<void> ReportFiles::check() const {
  return check_report_file("--sarif", sarif, force).and_then([this] {
    return check_report_file("--junit", junit, force);
  });
}

Expected<void> ReportFiles::write(const Render& render_sarif, const Render& render_junit) const {
  return write_report(sarif, render_sarif, force).and_then([&] { return write_report(junit, render_junit, force); });
}

Expected<void> ReportFiles::write(const RunRecord& run) const {
  return write([&] { return render_sarif(run); }, [&] { return render_run_junit(run); });
}

Expected<void> write_report(const std::string& path, const Render& render, bool force) {
  if (path.empty()) return {};
  std::error_code error;
  const bool replaces = force && fs::is_regular_file(fs::symlink_status(path, error));
  return replaces ? replace_file(path, render()) : write_new_file(path, render());
}

void add_report_options(CLI::App& app, ReportFiles& files) {
  app.add_option("--sarif", files.sarif, "also write what was found as SARIF 2.1.0 to this new file");
  app.add_option("--junit", files.junit, "also write a JUnit XML report to this new file");
  app.add_flag("--force", files.force, "replace report files that are there; each is replaced as a whole");
}

}  // namespace straylane
