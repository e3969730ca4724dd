#pragma once

#include <map>
#include <string>
#include <vector>

#include "props/puzzles/puzzle.h"
#include "targets/target.h"

namespace straylane {

// A target of the puzzles, in process. `case.program` is a puzzle's name, whose threads start together, as those of a
// block do, or the name and ".spawned", whose threads a main thread starts one by one, each start a yield point, as in
// SCTBench. Puzzles have no settings: their schema is empty.
//
// A requirement that does not hold is an exception AssertionFailed of its thread and ends the run; a deadlock is one.
class PuzzleTarget final : public Target {
 public:
  PuzzleTarget();

  const TargetInfo& info() const override { return info_; }
  // kUnsupported for a program that is none.
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  Observation run_one(const PuzzleKind& kind, bool spawned, const Case& c, const RunOptions& options);

  TargetInfo info_;
  Interleaver interleaver_;
  std::map<std::string, PuzzleSites> sites_;  // by puzzle
};

inline constexpr const char* kSpawned = ".spawned";

Case puzzle_case(const PuzzleKind& kind, bool spawned, Schedule schedule = SearchForm{});

}  // namespace straylane
