#include "props/puzzles/puzzle_run.h"

namespace straylane {
namespace {

constexpr std::uint32_t kColumns = 256;

}  // namespace

void require(bool holds, const char* what) {
  if (!holds) throw AssertionFailed{what};
}

PendingEvent PuzzleRun::reach(const At& at, EventKind kind, std::uint64_t object, const char* what,
                              const std::string& name) {
  const PendingEvent event{at.line() * kColumns + at.column() % kColumns, kind, object};
  if (sites_.count(event.site) == 0) {
    const std::string path = at.file_name();
    sites_[event.site] = {.file = path.substr(path.rfind("puzzles/")),
                          .function = "thread",
                          .statement = what + (" " + name),
                          .occurrence = event.site,
                          .line = at.line()};
  }
  if (!interleaver_.yield_point(event)) throw Unwound{};
  return event;
}

void PuzzleRun::block(const void* key) {
  if (!interleaver_.block(key)) throw Unwound{};
}

std::int64_t SharedInt::read(PuzzleRun::At at) {
  run_.make(run_.reach(at, EventKind::kRead, object_, "read", name_));
  return value_;
}

void SharedInt::write(std::int64_t value, PuzzleRun::At at) {
  run_.make(run_.reach(at, EventKind::kWrite, object_, "write", name_));
  value_ = value;
}

void Mutex::lock(PuzzleRun::At at) {
  const PendingEvent event = run_.reach(at, EventKind::kSync, object_, "lock", name_);
  while (held_) run_.block(this);
  held_ = true;
  run_.make(event);
}

void Mutex::unlock() {
  held_ = false;
  run_.wake(this);
}

void Condition::wait(Mutex& mutex, PuzzleRun::At at) {
  run_.make(run_.reach(at, EventKind::kSync, object_, "wait for", name_));
  const std::uint64_t ticket = tickets_++;
  mutex.unlock();
  while (ticket >= woken_) run_.block(this);
  mutex.lock(at);
}

void Condition::signal(PuzzleRun::At at) {
  run_.make(run_.reach(at, EventKind::kSync, object_, "signal", name_));
  if (woken_ == tickets_) return;
  ++woken_;
  run_.wake(this);
}

}  // namespace straylane
