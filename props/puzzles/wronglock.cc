#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// The first thread changes a value under its lock and expects no other changes. The others use another lock.
class Wronglock final : public Puzzle {
 public:
  explicit Wronglock(PuzzleRun& run) : right_(run, "right"), wrong_(run, "wrong"), value_(run, "value") {}

  void thread(int index) override {
    if (index > 0) {
      const Held held(wrong_);
      const std::int64_t before = value_.read();
      value_.write(before + 1);
      return;
    }
    const Held held(right_);
    const std::int64_t before = value_.read();
    value_.write(before + 1);
    require(value_.read() == before + 1, "somebody else changed the value");
  }

 private:
  Mutex right_;
  Mutex wrong_;
  SharedInt value_;
};

}  // namespace

PuzzleKind wronglock(const std::string& name, int others) {
  return {name, others + 1, "one value under two locks",
          [](PuzzleRun& run) { return std::make_unique<Wronglock>(run); }};
}

}  // namespace straylane
