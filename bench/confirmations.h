#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hunt/confirm.h"
#include "targets/target.h"

namespace straylane {

// How many findings of target numba a stock system confirms.
struct ConfirmOptions {
  std::string python;
  std::uint32_t findings = 20;  // of each planted case
  std::uint32_t minima = 5;     // of these are shrunk before they are tried; the others are tried as they were found
  std::string only;             // cases whose name contains this
  std::string keep;             // a folder for the files of unconfirmed findings; empty: they are not kept
};

struct TriedFinding {
  std::uint64_t seed = 0;
  bool minimal = false;
  std::string bucket;
  std::size_t calls = 0;
  std::size_t threads = 0;  // simulated ones
  std::uint32_t preemptions = 0;
  std::size_t turns = 0;  // of its schedule
  Confirmation confirmation;
};

struct TriedCase {
  std::string name;  // corpus/planted/NAME.case.json
  Granularity granularity = Granularity::kSwitch;
  std::vector<TriedFinding> findings;
  std::uint32_t without_failure = 0;  // seeds whose schedules all passed
};

// Tries several findings for every case of corpus/planted that is expected to fail, each finding with its own seed.
// Draws settings (those of the case, or others with up to two calls), then schedules until one fails. Runs the
// finding's repro.py with `python`.
Expected<std::vector<TriedCase>> try_findings(const std::string& corpus, const ConfirmOptions& options,
                                              const std::function<void(const std::string&)>& say);

// True if all findings of the case were confirmed, or if its granularity is not "switch". A stock interpreter can take
// every schedule at granularity "switch", and only there.
bool all_confirmed(const TriedCase& tried);

std::string render_confirmations(const std::vector<TriedCase>& cases);
nlohmann::ordered_json confirmations_to_json(const std::vector<TriedCase>& cases, const ConfirmOptions& options);

}  // namespace straylane
