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

// What a target is and on what it runs; stands in every report.
struct TargetInfo {
  std::string name;  // "numba"
  Program program;   // that its cases are of
  // What it can do. Whoever needs one of these asks for it; nobody outside src/targets compares a target's name.
  bool controlled = true;                 // the schedule is ours
  std::string cannot_confirm = {};        // why findings cannot be tried on a stock system; empty where they can
  bool sees_accesses = false;             // its yield points are accesses to memory, so that data races are found
  bool names_threads = true;              // what single threads do is observed
  CanarySet canaries = CanarySet::kNone;  // that show that the schedule is controlled
  SourceMap sources = {};                 // where the files that its sites name lie
  System system = {};
  std::vector<std::string> notes = {};  // what is replaced in the system under test, in words
  // A user's kernel: every case is one of it, whatever program the case names.
  std::optional<KernelSource> kernel = std::nullopt;
  // Why cases are only built and nothing is launched, as without a GPU: no run of such a target is a pass. Empty where
  // cases are launched.
  std::string cannot_launch = {};
  std::vector<std::string> builds_for = {};  // architectures, where cases are built for more than the one they run on
};

struct RunOptions {
  bool trace = false;   // observations carry sites and steps
  bool events = false;  // and events; with `trace` only. Costs more: values are compared at every yield point
  bool strict = false;  // recorded choices must meet their sites, else RunEnd::kRefused
  // With `strict`, of a case that has sites: yield points at others are not counted, so that the schedule of a source that
  // has since been added to is found by what was there.
  bool across_change = false;
  std::uint64_t steps_max = 5'000'000;
  std::uint32_t timeout_ms = 20'000;  // wall time per case, watched from outside
  Guide guide = {};                   // what the schedules of all these cases are held to; mostly nothing
};

// A system under test. Lifecycle: (1) opened by the registry, or kUnsupported with the reason and what installs it;
// (2) `run`, any number of times; (3) destroyed, with every process and thread it started.
class Target {
 public:
  virtual ~Target() = default;

  virtual const TargetInfo& info() const = 0;

  // Runs the cases in their order, each with fresh factories, and gives one observation for each. Deadlock, crash and
  // time-out are observations. An error (kInternal, kUnsupported) is about the target itself.
  virtual Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) = 0;
};

struct TargetOptions {
  std::string python = "/usr/bin/python3";
  std::string kernel = "";  // path of a user's kernel, *.cu; empty: the factory's
};

}  // namespace straylane
