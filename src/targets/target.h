#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/case.h"
#include "domain/guide.h"
#include "domain/kernel_source.h"
#include "domain/observation.h"
#include "domain/source_map.h"
#include "program/canary/canaries.h"
#include "program/program.h"

namespace straylane {

// What a target is and on what it runs. Every report contains it.
struct TargetInfo {
  std::string name;  // "numba"
  Program program;   // the program of its cases
  // What it can do. Code that depends on a capability asks for it. No code outside src/targets compares a target's
  // name.
  bool controlled = true;                 // Straylane controls the schedule
  std::string cannot_confirm = {};        // why findings cannot be tried on a stock system; empty if they can
  bool sees_accesses = false;             // its yield points are accesses to memory, so data races are found
  bool names_threads = true;              // it observes what single threads do
  CanarySet canaries = CanarySet::kNone;  // the canaries that show that the schedule is controlled
  SourceMap sources = {};                 // where the files lie that its sites name
  System system = {};
  std::vector<std::string> notes = {};  // what is replaced in the system under test, in words
  // A user's kernel. Every case launches it, whatever program the case names.
  std::optional<KernelSource> kernel = std::nullopt;
  // Why cases are only built and not launched, for example without a GPU. No run of such a target is a pass. Empty if
  // cases are launched.
  std::string cannot_launch = {};
  std::vector<std::string> builds_for = {};  // the architectures, if cases are not only built for the one they run on
};

struct RunOptions {
  bool trace = false;   // observations contain sites and steps
  bool events = false;  // with `trace` only: events, too. Costs more, because values are compared at every yield point
  bool strict = false;  // recorded choices must meet their sites; otherwise the run ends as RunEnd::kRefused
  // With `strict`, for a case with sites: yield points at other sites are not counted. The schedule is then found even
  // if code has been added to the source.
  bool across_change = false;
  std::uint64_t steps_max = 5'000'000;
  std::uint32_t timeout_ms = 20'000;  // wall time per case, watched from outside
  Guide guide = {};                   // holds the schedules of all these cases; empty except for explanations
};

// A system under test. Lifecycle: (1) opened by the registry; (2) `run`, any number of times; (3) destroyed, together
// with every process and thread that it started.
class Target {
 public:
  virtual ~Target() = default;

  virtual const TargetInfo& info() const = 0;

  // Runs the cases in their order, each with fresh factories. Returns one observation for each. Deadlocks, crashes and
  // time-outs are observations. Errors (kInternal, kUnsupported) are about the target itself.
  virtual Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) = 0;
};

struct TargetOptions {
  std::string python = "/usr/bin/python3";
  std::string kernel = "";  // path of a user's kernel, *.cu; empty: the factory's kernel
};

}  // namespace straylane
