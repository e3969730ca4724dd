#include <array>
#include <deque>
#include <utility>

#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

constexpr int kWorkers = 3;
constexpr std::array<std::int64_t, 6> kNumbers = {4, 1, 5, 0, 3, 2};
constexpr std::int64_t kIdle = 0;
constexpr std::int64_t kWork = 1;
constexpr std::int64_t kEnd = 2;

// Quicksort that hands the second part of a range to an idle worker, or sorts it itself if no worker is idle. The last
// worker to become idle ends all of them. A worker reads its state before it takes the lock under which the state
// changes. If it is given work in between, the signal is lost and no worker ends.
class QsortMt final : public Puzzle {
 public:
  explicit QsortMt(PuzzleRun& run) : pool_(run, "pool"), idle_(run, "idle", kWorkers - 1) {
    for (int i = 0; i < kWorkers; ++i) workers_.emplace_back(run, i == 0 ? kWork : kIdle);
    for (const std::int64_t number : kNumbers) numbers_.emplace_back(run, "number", number);
    workers_[0].range = {0, kNumbers.size()};
  }

  void thread(int index) override {
    Worker& self = workers_[static_cast<std::size_t>(index)];
    for (;;) {
      if (self.state.read() == kIdle) {
        const Held held(self.lock);
        self.changed.wait(self.lock);
      }
      if (self.state.read() == kEnd) return;
      sort(self.range);
      const Held held(pool_);
      self.state.write(kIdle);
      const std::int64_t idle = idle_.read() + 1;
      idle_.write(idle);
      if (idle < kWorkers) continue;
      for (Worker& worker : workers_) change(worker, kEnd);
    }
  }

 private:
  using Range = std::pair<std::size_t, std::size_t>;
  struct Worker {
    Worker(PuzzleRun& run, std::int64_t at_first)
        : lock(run, "worker"), changed(run, "changed"), state(run, "state", at_first) {}
    Mutex lock;
    Condition changed;
    SharedInt state;
    Range range;
  };

  static void change(Worker& worker, std::int64_t state) {
    const Held held(worker.lock);
    worker.state.write(state);
    worker.changed.signal();
  }

  bool hand_over(Range range) {
    const Held held(pool_);
    for (Worker& worker : workers_) {
      if (worker.state.read() != kIdle) continue;
      worker.range = range;
      idle_.write(idle_.read() - 1);
      change(worker, kWork);
      return true;
    }
    return false;
  }

  void sort(Range range) {
    while (range.second - range.first > 1) {
      const std::size_t middle = parted(range);
      const Range behind{middle + 1, range.second};
      range.second = middle;
      if (behind.second - behind.first > 1 && !hand_over(behind)) sort(behind);
    }
  }

  // Partitions around the first number. Gives the place where that ends up.
  std::size_t parted(Range range) {
    const std::int64_t pivot = numbers_[range.first].read();
    std::size_t middle = range.first;
    for (std::size_t i = range.first + 1; i < range.second; ++i) {
      const std::int64_t number = numbers_[i].read();
      if (number >= pivot) continue;
      ++middle;
      numbers_[i].write(numbers_[middle].read());
      numbers_[middle].write(number);
    }
    numbers_[range.first].write(numbers_[middle].read());
    numbers_[middle].write(pivot);
    return middle;
  }

  Mutex pool_;
  SharedInt idle_;
  std::deque<Worker> workers_;
  std::deque<SharedInt> numbers_;
};

}  // namespace

PuzzleKind qsort_mt() {
  return {"qsort_mt", kWorkers, "a worker that is given work between its look at its state and its wait",
          [](PuzzleRun& run) { return std::make_unique<QsortMt>(run); }};
}

}  // namespace straylane
