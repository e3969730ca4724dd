#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

constexpr int kItems = 4;

// One thread pushes, and the other pops equally often after a flag says that something has been pushed. The flag is
// never reset, so the second thread may pop more than has been pushed, and fails.
class Stack final : public Puzzle {
 public:
  explicit Stack(PuzzleRun& run) : lock_(run, "lock"), size_(run, "size"), pushed_(run, "pushed") {}

  void thread(int index) override {
    for (int i = 0; i < kItems; ++i) {
      const Held held(lock_);
      if (index == 1 && pushed_.read() == 0) continue;
      const std::int64_t before = size_.read();
      require(index == 0 || before > 0, "the stack is empty");
      size_.write(index == 0 ? before + 1 : before - 1);
      if (index == 0) pushed_.write(1);
    }
  }

 private:
  Mutex lock_;
  SharedInt size_;
  SharedInt pushed_;
};

}  // namespace

PuzzleKind stack() {
  return {"stack", 2, "a flag that is never taken back", [](PuzzleRun& run) { return std::make_unique<Stack>(run); }};
}

}  // namespace straylane
