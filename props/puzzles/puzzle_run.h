#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <source_location>
#include <string>

#include "domain/site.h"
#include "interleave/interleaver.h"

namespace straylane {

// Puzzles are small concurrent programs with one bug each, written in C++ on the interleaver: what strategies and the
// shrinker are measured by. Their threads are fibers; what several threads share is a SharedInt, a Mutex or a
// Condition, and each use of one is a yield point with its object and kind (interleave/pending_event.h).
//
// Where it stands in the source, line and column, is the number of its site, the same in every run and process.

// Thrown in a thread whose run has been given up; caught where the thread was started.
struct Unwound {};
struct AssertionFailed {
  std::string what;
};

// The sites that were met, by number; of one program, for as long as its target lives.
using PuzzleSites = std::map<std::uint32_t, Site>;

// One run, for the puzzle's objects.
class PuzzleRun {
 public:
  using At = std::source_location;

  PuzzleRun(Interleaver& interleaver, PuzzleSites& sites) : interleaver_(interleaver), sites_(sites) {}

  // The number of the next object: in the order in which a puzzle's members are made.
  std::uint64_t new_object() { return kNamedObjectMin * ++objects_; }
  // A yield point before an event, which the caller makes as soon as it comes back. Throws Unwound.
  PendingEvent reach(const At& at, EventKind kind, std::uint64_t object, const char* what, const std::string& name);
  void make(const PendingEvent& event) { interleaver_.accessed(event); }
  void block(const void* key);
  void wake(const void* key) { interleaver_.wake(key); }

 private:
  Interleaver& interleaver_;
  PuzzleSites& sites_;
  std::uint64_t objects_ = 0;
};

// The bug has been met.
void require(bool holds, const char* what);

class SharedInt {
 public:
  SharedInt(PuzzleRun& run, std::string name, std::int64_t value = 0)
      : run_(run), object_(run.new_object()), name_(std::move(name)), value_(value) {}

  std::int64_t read(PuzzleRun::At at = PuzzleRun::At::current());
  void write(std::int64_t value, PuzzleRun::At at = PuzzleRun::At::current());
  // In one event: gives the value that it had, leaves what `change` makes of it.
  template <class Change>
  std::int64_t update(Change change, PuzzleRun::At at = PuzzleRun::At::current()) {
    run_.make(run_.reach(at, EventKind::kSync, object_, "update", name_));
    const std::int64_t before = value_;
    value_ = change(before);
    return before;
  }

 private:
  PuzzleRun& run_;
  std::uint64_t object_;
  std::string name_;
  std::int64_t value_;
};

// Taking it is an event and a yield point; giving it back is neither, since nothing can be done between it and the next
// event of the thread that others could not do after that.
class Mutex {
 public:
  Mutex(PuzzleRun& run, std::string name) : run_(run), object_(run.new_object()), name_(std::move(name)) {}

  void lock(PuzzleRun::At at = PuzzleRun::At::current());
  void unlock();

 private:
  PuzzleRun& run_;
  std::uint64_t object_;
  std::string name_;
  bool held_ = false;
};

// Held for a scope, also when the scope is left by an exception.
class Held {
 public:
  explicit Held(Mutex& mutex, PuzzleRun::At at = PuzzleRun::At::current()) : mutex_(mutex) { mutex_.lock(at); }
  ~Held() { mutex_.unlock(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  Mutex& mutex_;
};

// As pthread_cond_t, but for wakeups without a signal: who waits first is woken first; a signal that nobody waits for
// is lost.
class Condition {
 public:
  Condition(PuzzleRun& run, std::string name) : run_(run), object_(run.new_object()), name_(std::move(name)) {}

  void wait(Mutex& mutex, PuzzleRun::At at = PuzzleRun::At::current());  // `mutex` is held before and after
  void signal(PuzzleRun::At at = PuzzleRun::At::current());

 private:
  PuzzleRun& run_;
  std::uint64_t object_;
  std::string name_;
  std::uint64_t tickets_ = 0;
  std::uint64_t woken_ = 0;  // those with a lower ticket
};

}  // namespace straylane
