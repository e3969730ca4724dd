#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/guide.h"

namespace straylane {

// What a stretch of a thread does, for people.
struct Act {
  Stretch stretch;
  Site place;        // the statement
  std::string note;  // the value it reads or changes, where one was seen: "cuda: A -> B"; else empty

  bool operator==(const Act&) const = default;
};

// An ordering that a failure needs, and what showed it: runs in which it was reversed and the others held.
struct NecessaryOrdering {
  Act first;
  Act second;
  // All else as in the failing run, up to this pair. None fails: the ordering is necessary.
  std::uint32_t reversed_runs = 0;  // that could be carried out
  std::uint32_t reversed_failed = 0;
  // Any schedule: some fail where there is another way to the same failure.
  std::uint32_t any_runs = 0;
  std::uint32_t any_failed = 0;
  bool necessary() const { return reversed_runs > 0 && reversed_failed == 0; }

  bool operator==(const NecessaryOrdering&) const = default;
};

// The orderings between stretches of different threads that make a failure, see explain/necessary_order.h. None of them:
// it fails whatever the order.
struct NecessaryOrder {
  std::vector<NecessaryOrdering> orderings;
  std::uint32_t held_runs = 0;    // drawn schedules in which all orderings held
  std::uint32_t held_failed = 0;  // of these: where it is all of them, the orderings are enough
  std::uint64_t executions = 0;
  std::string stopped_early;  // which bound was reached, or why there is no answer; empty where neither

  bool enough() const { return held_runs > 0 && held_failed == held_runs; }
  bool operator==(const NecessaryOrder&) const = default;
};

// The chance of a failure from one step of a run on, and its 95 % interval (Wilson, JASA 1927).
struct Chance {
  std::size_t steps = 0;  // of the run that have been made
  std::uint32_t runs = 0;
  std::uint32_t failed = 0;
  double low = 0;
  double high = 1;

  double estimate() const { return runs == 0 ? 0 : static_cast<double>(failed) / runs; }
  bool operator==(const Chance&) const = default;
};

// Where in a failing run the failure can no longer be avoided.
struct NoReturn {
  std::vector<Chance> curve;           // ascending `steps`
  std::optional<std::size_t> jump;     // into `curve`: the greatest rise comes to here from the entry before
  std::optional<std::size_t> certain;  // into `curve`: from here on every run failed
  std::optional<Act> jump_act;         // what the run does in the last step up to there
  std::optional<Act> certain_act;
  std::uint32_t continuations = 0;     // per prefix, as asked for
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
