#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/guide.h"

namespace straylane {

// What a thread does in one stretch, for people.
struct Act {
  Stretch stretch;
  Site place;        // the statement
  std::string note;  // the value that it reads or changes, if one was seen: "cuda: A -> B"

  bool operator==(const Act&) const = default;
};

// An ordering that a failure needs, and the runs that show it. These runs reverse the ordering and keep the others.
struct NecessaryOrdering {
  Act first;
  Act second;
  // Runs that follow the failing run up to this pair. If none of them fails, the ordering is necessary.
  std::uint32_t reversed_runs = 0;  // that could be carried out
  std::uint32_t reversed_failed = 0;
  // Runs under any schedule. Some of them fail if there is another way to the same failure.
  std::uint32_t any_runs = 0;
  std::uint32_t any_failed = 0;
  bool necessary() const { return reversed_runs > 0 && reversed_failed == 0; }

  bool operator==(const NecessaryOrdering&) const = default;
};

// The orderings between stretches of different threads that cause a failure (explain/necessary_order.h). Without
// orderings, the case fails in any order.
struct NecessaryOrder {
  std::vector<NecessaryOrdering> orderings;
  std::uint32_t held_runs = 0;    // drawn schedules in which all orderings held
  std::uint32_t held_failed = 0;  // those of them that failed; if all did, the orderings are sufficient
  std::uint64_t executions = 0;
  std::string stopped_early;  // the bound that was reached, or why there is no answer; empty if complete

  bool enough() const { return held_runs > 0 && held_failed == held_runs; }
  bool operator==(const NecessaryOrder&) const = default;
};

// The chance that a run fails once its first `steps` steps are made, with a 95 % interval (Wilson, JASA 1927).
struct Chance {
  std::size_t steps = 0;
  std::uint32_t runs = 0;
  std::uint32_t failed = 0;
  double low = 0;
  double high = 1;

  double estimate() const { return runs == 0 ? 0 : static_cast<double>(failed) / runs; }
  bool operator==(const Chance&) const = default;
};

// The point of a failing run after which the failure can no longer be avoided.
struct NoReturn {
  std::vector<Chance> curve;           // ascending `steps`
  std::optional<std::size_t> jump;     // index into `curve`: the end of the greatest rise between two entries
  std::optional<std::size_t> certain;  // index into `curve`: from here on every run failed
  std::optional<Act> jump_act;         // what the run does in the last step before `jump`
  std::optional<Act> certain_act;      // what the run does in the last step before `certain`
  std::uint32_t continuations = 0;     // runs per prefix, as requested
  std::uint64_t executions = 0;
  std::string stopped_early;

  bool operator==(const NoReturn&) const = default;
};

// Why a case fails.
struct Explanation {
  NecessaryOrder order;
  NoReturn no_return;
  double seconds = 0;

  bool operator==(const Explanation&) const = default;
};

}  // namespace straylane
