#pragma once

#include <map>
#include <string>
#include <vector>

#include "props/puzzles/puzzle.h"
#include "targets/target.h"

namespace straylane {

// Runs puzzles in this process. `case.program` is the name of a puzzle. Its threads then start together, like those of
// a block. With ".spawned" after the name, a main thread starts them one by one, as in SCTBench, and each start is a
// yield point. Puzzles have no settings, so their schema is empty.
//
// If a requirement does not hold, the thread gets an exception AssertionFailed and the run ends. A deadlock is a
// deadlock of the run.
class PuzzleTarget final : public Target {
 public:
  PuzzleTarget();

  const TargetInfo& info() const override { return info_; }
  // Errors: kUnsupported if the program is not a puzzle.
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
