#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "props/puzzles/puzzle_run.h"

namespace straylane {

// The shared state of one run of a puzzle, and the code of its threads. Made anew for every run.
class Puzzle {
 public:
  virtual ~Puzzle() = default;
  virtual void thread(int index) = 0;  // 0-based, in the order in which they are started
};

// One row of the table of puzzles. All code was written for this project, after published descriptions of the programs.
struct PuzzleKind {
  std::string name;  // the name in SCTBench if it is from there: "reorder_10"
  int threads = 0;
  std::string about;  // the bug, in one line
  std::function<std::unique_ptr<Puzzle>(PuzzleRun&)> make;
};

const std::vector<PuzzleKind>& puzzle_kinds();

// Each has a file of its own.
PuzzleKind reorder(int threads);
PuzzleKind twostage(int threads);
PuzzleKind wronglock(const std::string& name, int others);
PuzzleKind account();
PuzzleKind deadlock01();
PuzzleKind lazy01();
PuzzleKind carter01();
PuzzleKind bluetooth_driver();
PuzzleKind token_ring();
PuzzleKind stack();
PuzzleKind qsort_mt();
PuzzleKind needle(int events);

}  // namespace straylane
