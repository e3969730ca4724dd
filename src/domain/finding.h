#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/case.h"
#include "domain/enum_names.h"
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
constexpr const char* to_string(Confirmed confirmed) { return enum_name({"stock", "no", "not-tried"}, confirmed); }

// Strict replays of the minimal case.
struct Replays {
  std::uint32_t times = 0;
  std::uint32_t reproduced = 0;
  std::uint32_t traces_distinct = 0;  // 0 if the schedule is not under control

  bool operator==(const Replays&) const = default;
};

// A failure that was found, and everything that is known about it. A section is absent if it is not known yet or does
// not apply.
struct Finding {
  std::string bucket;
  std::string target;        // its name
  bool controlled = true;    // Straylane chose the schedule; if not, only settings were shrunk
  bool can_confirm = false;  // the target has a stock system on which a finding can be tried
  std::string exports;       // the form in which `export` writes the target's findings: "pytest", "gtest" or empty
  Schema schema;             // of the program
  SourceMap sources;         // of the target
  Failure failure;
  std::string unfinished;                 // the work that was interrupted, such as "shrinking"; empty if none was
  Case found;                             // recorded
  std::optional<Shrunk> shrunk;           // absent if there is no minimal case
  std::uint64_t launches_to_failure = 0;  // 0 if the case could not be built
  double seconds_to_failure = 0;
  Replays replays;  // 0 times if it was not replayed
  Confirmed confirmed = Confirmed::kNotTried;
  std::string confirmation;                   // what repro.py printed, or why it was not tried
  std::string token;                          // of the minimal case
  std::optional<HypothesisCheck> hypothesis;  // absent without a hypothesis or without observed threads
  Observation trace;                          // traced run of the minimal case
  Observation trace_any_shape;                // traced run of the minimal case of any shape, with events
  std::optional<Explanation> why;  // of the minimal case of any shape; absent if the schedule is not under control
  // Digest of the orderings in `why`, the same at other settings and after lines have moved
  // (explain/necessary_order.h). Empty if the orderings are not known. One mistake may cause several orders.
  std::string cause;
  std::optional<KernelSource> kernel;  // absent for a program of our own
  std::string folder;
  bool folder_was_there = false;  // left by an earlier run, and not changed

  // The case to replay: the minimal one, or the one that was found if it was not shrunk.
  const Case& minimal() const { return shrunk ? shrunk->minimal.failing : found; }
  const Case& minimal_any_shape() const { return shrunk ? shrunk->minimal_any_shape.failing : found; }
};

}  // namespace straylane
