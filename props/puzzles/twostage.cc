#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// All but the last thread change one value under one lock, and then another, which depends on it, under a second lock.
// The last thread reads both, each under its lock. Fails if it reads the first after it was changed and the second
// before it was changed.
class Twostage final : public Puzzle {
 public:
  Twostage(PuzzleRun& run, int threads)
      : threads_(threads), lock1_(run, "lock1"), lock2_(run, "lock2"), value1_(run, "value1"), value2_(run, "value2") {}

  void thread(int index) override { index + 1 < threads_ ? write() : read(); }

 private:
  void write() {
    {
      const Held held(lock1_);
      value1_.write(1);
    }
    const Held held(lock2_);
    const std::int64_t first = value1_.read();
    value2_.write(first + 1);
  }

  void read() {
    std::int64_t first = 0;
    {
      const Held held(lock1_);
      if (value1_.read() == 0) return;
      first = value1_.read();
    }
    const Held held(lock2_);
    require(value2_.read() == first + 1, "the second value is not that of the first");
  }

  int threads_;
  Mutex lock1_;
  Mutex lock2_;
  SharedInt value1_;
  SharedInt value2_;
};

}  // namespace

PuzzleKind twostage(int threads) {
  return {threads == 2 ? "twostage" : "twostage_" + std::to_string(threads), threads,
          "a reader between two critical sections of one of many writers",
          [threads](PuzzleRun& run) { return std::make_unique<Twostage>(run, threads); }};
}

}  // namespace straylane
