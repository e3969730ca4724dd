#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// Two threads take two locks in opposite orders.
class Deadlock01 final : public Puzzle {
 public:
  explicit Deadlock01(PuzzleRun& run) : a_(run, "a"), b_(run, "b"), counter_(run, "counter", 1) {}

  void thread(int index) override {
    if (index == 0) {
      const Held first(a_);
      const Held second(b_);
      const std::int64_t before = counter_.read();
      counter_.write(before + 1);
    } else {
      const Held first(b_);
      const Held second(a_);
      const std::int64_t before = counter_.read();
      counter_.write(before - 1);
    }
  }

 private:
  Mutex a_;
  Mutex b_;
  SharedInt counter_;
};

}  // namespace

PuzzleKind deadlock01() {
  return {"deadlock01", 2, "two locks in two orders", [](PuzzleRun& run) { return std::make_unique<Deadlock01>(run); }};
}

}  // namespace straylane
