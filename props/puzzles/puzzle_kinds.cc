#include "props/puzzles/puzzle.h"

namespace straylane {

const std::vector<PuzzleKind>& puzzle_kinds() {
  static const std::vector<PuzzleKind> kinds = {reorder(3),
                                                reorder(5),
                                                reorder(10),
                                                reorder(20),
                                                reorder(50),
                                                reorder(100),
                                                twostage(2),
                                                twostage(5),
                                                twostage(20),
                                                twostage(50),
                                                twostage(100),
                                                wronglock("wronglock", 7),
                                                wronglock("wronglock_3", 3),
                                                account(),
                                                deadlock01(),
                                                lazy01(),
                                                carter01(),
                                                bluetooth_driver(),
                                                token_ring(),
                                                stack(),
                                                qsort_mt(),
                                                needle(3),
                                                needle(4)};
  return kinds;
}

}  // namespace straylane
