#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

// Three threads pass a value on, each from its neighbour, without waiting for it. After that, the fourth expects the
// same value everywhere. Fails under every order except that of the ring.
class TokenRing final : public Puzzle {
 public:
  explicit TokenRing(PuzzleRun& run)
      : x1_(run, "x1", 1), x2_(run, "x2", 2), x3_(run, "x3", 1), done_(run, "done"), lock_(run, "lock") {}

  void thread(int index) override {
    if (index == 3) {
      if (done_.read() != 7) return;
      const bool same = x1_.read() == x2_.read() && x2_.read() == x3_.read();
      require(same, "the token is not the same everywhere");
      return;
    }
    {
      const Held held(lock_);
      if (index == 0) x1_.write((x3_.read() + 1) % 4);
      if (index == 1) x2_.write(x1_.read());
      if (index == 2) x3_.write(x2_.read());
    }
    done_.update([index](std::int64_t done) { return done | 1 << index; });
  }

 private:
  SharedInt x1_;
  SharedInt x2_;
  SharedInt x3_;
  SharedInt done_;
  Mutex lock_;
};

}  // namespace

PuzzleKind token_ring() {
  return {"token_ring", 4, "a ring in which nobody waits for its neighbour",
          [](PuzzleRun& run) { return std::make_unique<TokenRing>(run); }};
}

}  // namespace straylane
