#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"
#include "domain/explanation.h"
#include "domain/hypothesis.h"
#include "domain/kernel_source.h"
#include "domain/minimum.h"
#include "domain/observation.h"
#include "domain/source_map.h"
#include "domain/verdict.h"

namespace straylane {

// Whether the finding also happens without Straylane: stock interpreter, stock simulator, real threads.
enum class Confirmed { kStock, kNo, kNotTried };
const char* to_string(Confirmed confirmed);

// Strict replays of the minimal case.
struct Replays {
  std::uint32_t times = 0;
  std::uint32_t reproduced = 0;
  std::uint32_t traces_distinct = 0;  // 0 where the schedule is not under control

  bool operator==(const Replays&) const = default;
};

// A failure that was found, and everything that is known of it. Sections that are not known yet, or that do not apply,
// are absent.
struct Finding {
  std::string bucket;
  std::string target;      // its name
  bool controlled = true;  // the schedule was ours; else it is not known, and only settings were shrunk
  bool can_confirm = false;  // the target has a stock system on which a finding can be tried
  std::string exports;     // the form that `export` gives findings of the target: "pytest", "gtest"; empty for none
  Schema schema;           // of the program
  SourceMap sources;       // of the target
  Failure failure;
  std::string unfinished;        // what an interrupt ended, such as "shrinking"; empty where nothing was
  Case found;                    // recorded
  std::optional<Shrunk> shrunk;  // else there is no minimal case
  std::uint64_t launches_to_failure = 0;  // 0 where the case could not be built
  double seconds_to_failure = 0;
  Replays replays;  // 0 times where it was not replayed
  Confirmed confirmed = Confirmed::kNotTried;
  std::string confirmation;  // what repro.py said, or why it was not tried
  std::string token;         // of the minimal case
  std::optional<HypothesisCheck> hypothesis;  // of a program that has one, where single threads are observed
  Observation trace;            // traced run of the minimal case
  Observation trace_any_shape;  // traced run of the minimal case of any shape, with events
  std::optional<Explanation> why;  // of the minimal case of any shape; nothing where the schedule is not under control
  // Digest of the orderings of `why`, equal at other settings and where lines move (explain/necessary_order.h); empty
  // where they are not known. One mistake may be met by several orders.
  std::string cause;
  std::optional<KernelSource> kernel;  // a user's; nothing for a program of ours
  std::string folder;
  bool folder_was_there = false;  // from an earlier run: left as it is

  // The case to replay: the minimal one, or what was found where it was not shrunk.
  const Case& minimal() const { return shrunk ? shrunk->minimal.failing : found; }
  const Case& minimal_any_shape() const { return shrunk ? shrunk->minimal_any_shape.failing : found; }
};

}  // namespace straylane
