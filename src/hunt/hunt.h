#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/finding.h"
#include "domain/target_summary.h"
#include "explain/explain.h"
#include "hunt/canary_check.h"
#include "search/portfolio.h"
#include "shrink/shrink.h"
#include "targets/target.h"

namespace straylane {

struct HuntOptions {
  Portfolio::Options search;
  double time_s = 60;       // of searching, for each target; shrinking and confirming come on top
  bool keep_going = false;  // past the first finding, until the time is up; also to other causes of a bucket
  std::uint32_t replays = 1'000;
  std::uint32_t census = 256;  // further runs at the settings of a failure, for the program's hypothesis
  ShrinkOptions shrink;        // of each finding
  std::string out = "findings";
  std::string python;  // for the confirmation
  ExplainOptions explain;
};

// How the hunt speaks to the person and gets its findings written: pure functions of the command line's side.
struct HuntHooks {
  std::function<void(const std::string& line)> say;                          // one line, kept
  std::function<void(const TargetSummary& so_far, double time_s)> progress;  // now and then
  std::function<Expected<std::string>(const Finding&)> render_repro;  // of its minimal case and trace
  std::function<std::map<std::string, std::string>(const Finding&, const std::string& repro)> render_folder;
  // The necessary order that a finding's folder tells; nothing where it tells none. May be empty.
  std::function<std::optional<NecessaryOrder>(const std::filesystem::path& folder)> order_of_folder;
};

// Canaries, search, shrink, replay, confirm, on one target that has been opened. A canary whose race is not found ends it
// (kInternal) before the search. Findings are written to `options.out` as they
// are made. Errors are those of the target and of the disk, and what is known by then is in `summary` and `findings`, a
// finding that could not be written among them; an interrupt is no error, but ends the summary early. A failure that
// does not come again is said and counted, and the search goes on.
Expected<void> hunt(Target& target, const HuntOptions& options, const HuntHooks& hooks, TargetSummary& summary,
                    std::vector<Finding>& findings);

}  // namespace straylane
