#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "report/run_record.h"

namespace straylane {

// The reports that a verb writes for other programs, each a file that must not be there yet.
struct ReportFiles {
  std::string sarif;  // path; empty: not asked for
  std::string junit;

  bool any() const { return !sarif.empty() || !junit.empty(); }
  // Not after all the work: kUsage where a file is there already, kStorage where none can be made.
  Expected<void> check() const;
  // What is asked for of `run`.
  Expected<void> write(const RunRecord& run) const;
};

// --sarif and --junit.
void add_report_options(CLI::App& app, ReportFiles& files);

// Whether a new file can be made at `path`: see ReportFiles::check.
Expected<void> check_new_file(const char* option, const std::string& path);

}  // namespace straylane
