#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// All but the last thread set two variables. The last one must see both set or neither. Fails if it reads between the
// two writes, which takes two orderings, however many threads there are.
class Reorder final : public Puzzle {
 public:
  Reorder(PuzzleRun& run, int threads) : threads_(threads), a_(run, "a"), b_(run, "b") {}

  void thread(int index) override {
    if (index + 1 < threads_) {
      a_.write(1);
      b_.write(-1);
      return;
    }
    const bool none = a_.read() == 0 && b_.read() == 0;
    require(none || (a_.read() == 1 && b_.read() == -1), "only one of the two settings is seen");
  }

 private:
  int threads_;
  SharedInt a_;
  SharedInt b_;
};

}  // namespace

PuzzleKind reorder(int threads) {
  return {"reorder_" + std::to_string(threads), threads, "a checker between two writes of one of many setters",
          [threads](PuzzleRun& run) { return std::make_unique<Reorder>(run, threads); }};
}

}  // namespace straylane
