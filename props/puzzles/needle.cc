#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

constexpr int kSteps = 16;            // of each thread
constexpr int kBurst = 3;             // steps that a thread makes between two orderings
constexpr int kFirstStep[] = {2, 5};  // of the first burst of each thread

// Two threads make kSteps equal steps. Fails if `events` of their bursts follow each other, in turn and without a step
// in between. So the failure needs that many ordered events, at one place of the run.
class Needle final : public Puzzle {
 public:
  Needle(PuzzleRun& run, int events) : events_(events), met_(run, "met") {}

  void thread(int index) override {
    for (int step = 0; step < kSteps; ++step) {
      const std::int64_t before = met_.update([&](std::int64_t met) {
        if (is_expected(index, step, met)) return met + 1;
        return is_expected(index, step, 0) ? std::int64_t{1} : 0;
      });
      const bool last = before + 1 == events_ * kBurst && is_expected(index, step, before);
      require(!last, "the needle");
    }
  }

 private:
  // Whether the thread's step is the next one after `met` steps of the chain.
  static bool is_expected(int thread, int step, std::int64_t met) {
    const std::int64_t burst = met / kBurst;
    return burst % 2 == thread && step == kFirstStep[thread] + burst / 2 * kBurst + met % kBurst;
  }

  int events_;
  SharedInt met_;
};

}  // namespace

PuzzleKind needle(int events) {
  return {"needle_" + std::to_string(events), 2, std::to_string(events) + " ordered events at one place of all",
          [events](PuzzleRun& run) { return std::make_unique<Needle>(run, events); }};
}

}  // namespace straylane
