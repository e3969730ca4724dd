#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// A driver that is used while it is being stopped. A user checks whether the driver is being stopped, and then counts
// itself in. The stopper sets the flag, takes its own count away and waits until the count is zero. Fails if the driver
// is stopped between the two steps of the user.
class BluetoothDriver final : public Puzzle {
 public:
  explicit BluetoothDriver(PuzzleRun& run)
      : stopping_(run, "stopping"),
        pending_(run, "pending", 1),
        nobody_(run, "nobody"),
        stopped_(run, "stopped"),
        lock_(run, "lock"),
        nobody_left_(run, "nobody_left") {}

  void thread(int index) override { index == 0 ? use() : stop(); }

 private:
  void use() {
    if (stopping_.read() != 0) return;
    pending_.update([](std::int64_t count) { return count + 1; });
    require(stopped_.read() == 0, "the driver is used and has been stopped");
    count_out();
  }

  void stop() {
    stopping_.write(1);
    count_out();
    {
      const Held held(lock_);
      while (nobody_.read() == 0) nobody_left_.wait(lock_);
    }
    stopped_.write(1);
  }

  void count_out() {
    if (pending_.update([](std::int64_t count) { return count - 1; }) != 1) return;
    const Held held(lock_);
    nobody_.write(1);
    nobody_left_.signal();
  }

  SharedInt stopping_;
  SharedInt pending_;
  SharedInt nobody_;
  SharedInt stopped_;
  Mutex lock_;
  Condition nobody_left_;
};

}  // namespace

PuzzleKind bluetooth_driver() {
  return {"bluetooth_driver", 2, "a driver that is stopped between a check and a count",
          [](PuzzleRun& run) { return std::make_unique<BluetoothDriver>(run); }};
}

}  // namespace straylane
