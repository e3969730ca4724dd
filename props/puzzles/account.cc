#include "props/puzzles/puzzle.h"

namespace straylane {
namespace {

constexpr std::int64_t kAtFirst = 1;
constexpr std::int64_t kDeposited = 2;
constexpr std::int64_t kWithdrawn = 4;

// A deposit, a withdrawal and a check of the balance, all under one lock. The check subtracts the deposit, so it fails
// whenever it comes last.
class Account final : public Puzzle {
 public:
  explicit Account(PuzzleRun& run)
      : lock_(run, "lock"),
        balance_(run, "balance", kAtFirst),
        deposit_done_(run, "deposit_done"),
        withdraw_done_(run, "withdraw_done") {}

  void thread(int index) override {
    const Held held(lock_);
    if (index == 0) {
      if (deposit_done_.read() == 0 || withdraw_done_.read() == 0) return;
      require(balance_.read() == kAtFirst - kDeposited - kWithdrawn, "the balance is wrong");
    } else if (index == 1) {
      const std::int64_t before = balance_.read();
      balance_.write(before + kDeposited);
      deposit_done_.write(1);
    } else {
      const std::int64_t before = balance_.read();
      balance_.write(before - kWithdrawn);
      withdraw_done_.write(1);
    }
  }

 private:
  Mutex lock_;
  SharedInt balance_;
  SharedInt deposit_done_;
  SharedInt withdraw_done_;
};

}  // namespace

PuzzleKind account() {
  return {"account", 3, "a check with a wrong formula", [](PuzzleRun& run) { return std::make_unique<Account>(run); }};
}

}  // namespace straylane
