#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "search/portfolio.h"
#include "targets/target.h"

namespace straylane {

// The options that several verbs share, with one meaning.
struct CommonOptions {
  std::string input = "";   // the case or finding that the verb works on
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
  bool bytes = false;  // `input` is a file with the bytes of a fuzz input
  bool json = false;
  bool quiet = false;

  bool target_named() const { return !target.empty() && target != "all"; }
  // The names of the targets to run, in order. With a kernel, only targets that run kernels.
  std::vector<std::string> targets() const;
  // The target of a verb that takes one: the named one, else the one that this kind of run needs.
  std::string one_target() const;
  // Whether the run is meaningless without this target.
  bool needs(const std::string& name) const { return target_named() || name == one_target(); }
  // Fails with kUsage if there is no target of that name, or if it runs no kernels and there is one.
  Expected<void> check_target() const;
  TargetOptions target_options() const { return {python, kernel}; }
  Expected<double> time_s() const;  // of "90", "90s", "5m", "8h", "2d"
  Expected<Portfolio::Options> search() const;
  // The command as a person would type it, for reports: the options that say what ran.
  std::string command_text(const char* verb) const;
};

// Each of these adds options to a verb.

// --target, --python and --kernel.
void add_target_options(CLI::App& app, CommonOptions& options);
// --time, --seed, --strategy, --pct-depth, --granularity and --out.
void add_search_options(CLI::App& app, CommonOptions& options);
// --jobs: workers that share each batch of cases. The answer is the same for every number of them.
void add_jobs_option(CLI::App& app, CommonOptions& options);
// --bytes, for verbs that take a case.
void add_bytes_option(CLI::App& app, CommonOptions& options);
// --json and --quiet.
void add_output_options(CLI::App& app, CommonOptions& options);

// Reads a number of bytes, such as "500000", "64K", "64M" or "2G" with units of 1024. Error: kUsage, naming `option`.
Expected<std::uint64_t> parse_byte_size(const std::string& option, const std::string& text);

// Reads "width=100,height=3": the usual settings with other values for the named parameters. Errors: kUsage if a name
// is not in the schema, is given twice, or has no integer; kOutOfRange like Schema::validate.
Expected<Settings> parse_settings(const std::string& text, const Schema& schema);

}  // namespace straylane
