#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// Two threads add 1 and 2. The third fails if it sees 3, which is whenever it comes last.
class Lazy01 final : public Puzzle {
 public:
  explicit Lazy01(PuzzleRun& run) : lock_(run, "lock"), data_(run, "data") {}

  void thread(int index) override {
    const Held held(lock_);
    if (index == 2) {
      require(data_.read() < 3, "both additions are seen");
      return;
    }
    const std::int64_t before = data_.read();
    data_.write(before + index + 1);
  }

 private:
  Mutex lock_;
  SharedInt data_;
};

}  // namespace

PuzzleKind lazy01() {
  return {"lazy01", 3, "a check that comes last", [](PuzzleRun& run) { return std::make_unique<Lazy01>(run); }};
}

}  // namespace straylane
