#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "report/run_record.h"

namespace straylane {

// Renders a report when it is about to be written.
using Render = std::function<std::string()>;

// The reports that a verb writes for other programs. Each is a new file, unless an existing one is to be replaced.
struct ReportFiles {
  std::string sarif;  // path; empty: no such report
  std::string junit;
  bool force = false;  // replace existing files

  bool any() const { return !sarif.empty() || !junit.empty(); }
  // Checks that the files can be made, so that a verb fails before its work and not after it. Error: kStorage.
  Expected<void> check() const;
  // Writes the reports that were asked for.
  Expected<void> write(const Render& render_sarif, const Render& render_junit) const;
  Expected<void> write(const RunRecord& run) const;
};

// Adds --sarif, --junit and --force.
void add_report_options(CLI::App& app, ReportFiles& files);

// Checks that a report can be written to `path`, which the user gave as `option`. An empty path is no error.
// Errors: kStorage, also if the file exists, or with `force` if something other than a regular file exists.
Expected<void> check_report_file(const char* option, const std::string& path, bool force);

// Writes a new file at `path`, or with `force` replaces a regular file. Whoever reads it at that moment gets the old
// file or the new one. Writes nothing if the path is empty.
Expected<void> write_report(const std::string& path, const Render& render, bool force);

}  // namespace straylane
