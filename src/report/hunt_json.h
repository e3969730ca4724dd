#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "domain/discovery_estimate.h"
#include "domain/finding.h"
#include "domain/strategy_figures.h"
#include "report/source_location.h"

namespace straylane {

// One primitive that was shown to be controlled, or not, before the search.
struct CanaryRow {
  std::string primitive;
  std::uint32_t schedules = 0;
  bool found = false;
};

// One target's row of the document, as plain figures.
struct TargetRow {
  std::string target;
  bool ran = false;
  bool skipped = false;  // an earlier target had a finding
  std::string reason;
  System system;
  std::vector<std::string> notes;
  std::uint64_t cases = 0;
  std::uint64_t launches = 0;
  std::uint64_t schedules = 0;
  std::uint64_t schedules_distinct = 0;
  DiscoveryEstimate discovery;
  std::uint64_t reads_from_classes = 0;
  std::vector<StrategyFigures> strategies;
  std::uint64_t failing_launches = 0;
  std::uint64_t stray_launches = 0;
  bool controlled = true;
  std::uint64_t builds = 0;
  std::uint64_t builds_failed = 0;
  std::uint64_t not_launched = 0;
  std::uint64_t unreproduced = 0;
  double seconds = 0;
  std::string ended_by;
  std::vector<std::pair<std::string, std::uint64_t>> classes;
  std::vector<CanaryRow> canary;
  std::string kernel;  // path of a user's kernel; empty: the factory's
};

// All keys are always there, so that who reads it need not ask: one of a target that did not run has no figures but 0,
// a finding that was not shrunk has null for its minimal cases.
nlohmann::ordered_json target_to_json(const TargetRow& row);
// `location`: where its failure shows; of a finding that has its traces location_of() knows it.
nlohmann::ordered_json finding_to_json(const Finding& finding, const std::optional<SourceLocation>& location);
inline nlohmann::ordered_json finding_to_json(const Finding& finding) {
  return finding_to_json(finding, location_of(finding));
}

}  // namespace straylane
