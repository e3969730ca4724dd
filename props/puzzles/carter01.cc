#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// Two groups share a section. The first thread of a group to enter takes a lock for its group, and the last to leave
// gives it back, both while holding a second lock. A group that waits for the first lock holds the second one, which
// the other group needs to leave. Two more threads only read.
class Carter01 final : public Puzzle {
 public:
  explicit Carter01(PuzzleRun& run)
      : counting_(run, "counting"), section_(run, "section"), a_(run, "a"), b_(run, "b") {}

  void thread(int index) override {
    if (index == 0) use(a_);
    if (index == 1) use(b_);
    if (index == 2) a_.read();
    if (index == 3) b_.read();
  }

 private:
  void use(SharedInt& users) {
    {
      const Held held(counting_);
      const std::int64_t before = users.read();
      users.write(before + 1);
      if (before == 0) section_.lock();
    }
    const Held held(counting_);
    const std::int64_t before = users.read();
    users.write(before - 1);
    if (before == 1) section_.unlock();
  }

  Mutex counting_;
  Mutex section_;
  SharedInt a_;
  SharedInt b_;
};

}  // namespace

PuzzleKind carter01() {
  return {"carter01", 4, "a lock that is waited for while another is held",
          [](PuzzleRun& run) { return std::make_unique<Carter01>(run); }};
}

}  // namespace straylane
