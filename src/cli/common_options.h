#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "search/portfolio.h"
#include "targets/target.h"

namespace straylane {

// Options that several verbs share, with one meaning.
struct CommonOptions {
  std::string target = "";  // empty: every target
  std::string python = "/usr/bin/python3";
  std::string kernel = "";  // path of a user's kernel; empty: a program of ours
  std::string time = "60s";
  std::uint64_t seed = 1;
  std::string strategy = "portfolio";
  std::uint32_t pct_depth = 0;  // 0: 3, 4, 5 in turn
  std::string granularity = "switch";
  std::string out = "findings";
  std::uint32_t jobs = 1;
  bool bytes = false;  // the file of a case holds the bytes of a fuzz input
  bool json = false;
  bool quiet = false;

  bool target_named() const { return !target.empty() && target != "all"; }
  std::vector<std::string> targets() const;  // names, in their order; with a kernel those that run one
  // True if the run is meaningless without this target: the named one, else the one that the kind of run needs.
  bool needs(const std::string& name) const;
  // The target for a verb that takes one: the named one, else the one that the kind of run needs.
  std::string one_target() const;
  // kUsage where the named target runs no kernels.
  Expected<void> check_kernel() const;
  TargetOptions target_options() const { return {python, kernel}; }
  Expected<double> time_s() const;  // "90", "90s", "5m", "8h"
  Expected<Portfolio::Options> search() const;
};

// --target, --python and --kernel.
void add_target_options(CLI::App& app, CommonOptions& options);
void add_search_options(CLI::App& app, CommonOptions& options);
// --jobs: workers that share each batch of cases, with the same answer for every number of them.
void add_jobs_option(CLI::App& app, CommonOptions& options);
// --bytes, of verbs that take a case.
void add_bytes_option(CLI::App& app, CommonOptions& options);
void add_output_options(CLI::App& app, CommonOptions& options);

}  // namespace straylane
