#include "cli/report_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "os/files.h"
#include "report/junit.h"
#include "report/sarif.h"

namespace straylane {

namespace fs = std::filesystem;

Expected<void> check_new_file(const char* option, const std::string& path) {
  if (path.empty()) return {};
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) {
    return make_error(ErrorCode::kStorage,
                      fmt::format("{} {}: is there already, and nothing is overwritten", option, path));
  }
  const fs::path folder = fs::path(path).parent_path();
  return check_can_be_made(folder.empty() ? fs::path(".") : folder);
}

Expected<void> ReportFiles::check() const {
  return check_new_file("--sarif", sarif).and_then([this] { return check_new_file("--junit", junit); });
}

Expected<void> ReportFiles::write(const RunRecord& run) const {
  if (!sarif.empty()) {
    if (auto written = write_new_file(sarif, render_sarif(run)); !written) return written;
  }
  if (!junit.empty()) return write_new_file(junit, render_run_junit(run));
  return {};
}

void add_report_options(CLI::App& app, ReportFiles& files) {
  app.add_option("--sarif", files.sarif, "also write what was found as SARIF 2.1.0 to this new file");
  app.add_option("--junit", files.junit, "also write a JUnit XML report to this new file");
}

}  // namespace straylane
