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
#include "search/portfolio.h"
#include "shrink/shrink.h"
#include "targets/target.h"

namespace straylane {

struct HuntOptions {
  Portfolio::Options search;
  double time_s = 60;       // for searching on each target; shrinking and confirming come on top
  bool keep_going = false;  // after the first finding, until the time is up; looks for other causes of a bucket, too
  std::uint32_t replays = 1'000;
  std::uint32_t census = 256;  // further runs at the settings of a failure, for the program's hypothesis
  ShrinkOptions shrink;        // of each finding
  std::string out = "findings";
  std::string python;  // for the confirmation
  ExplainOptions explain;
};

// What the command line does for the hunt: it shows messages and renders findings.
struct HuntHooks {
  std::function<void(const std::string& line)> say;                          // a line that stays on the screen
  std::function<void(const TargetSummary& so_far, double time_s)> progress;  // about twice a second
  std::function<Expected<std::string>(const Finding&)> render_repro;         // from its minimal case and trace
  std::function<std::map<std::string, std::string>(const Finding&, const std::string& repro)> render_folder;
  // Reads the necessary order from the folder of a finding, if it has one. May be empty.
  std::function<std::optional<NecessaryOrder>(const std::filesystem::path& folder)> order_of_folder;
};

// Hunts on one open target: checks the canaries, then searches, and makes each failure a finding in `options.out`.
//
// - If a canary's race is not found, ends with kInternal before the search.
// - Other errors are those of the target and of the disk. `summary` and `findings` then hold what is known so far,
//   including a finding that could not be written.
// - An interrupt is not an error: the summary just ends early.
// - A failure that does not come again is reported and counted, and the search goes on.
Expected<void> hunt(Target& target, const HuntOptions& options, const HuntHooks& hooks, TargetSummary& summary,
                    std::vector<Finding>& findings);

}  // namespace straylane
