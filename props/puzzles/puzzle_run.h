#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <source_location>
#include <string>

#include "domain/site.h"
#include "interleave/interleaver.h"

namespace straylane {

// Puzzles are small concurrent programs with one bug each, written in C++ on the interleaver. They measure strategies
// and the shrinker. Their threads are fibers. Threads share objects of type SharedInt, Mutex and Condition only, and
// each use of one is a yield point with its object and kind (interleave/strategy.h).
//
// The number of a site is made from its line and column in the source, so it is the same in every run and process.

// Thrown in a thread whose run has been given up, and caught where the thread was started.
struct Unwound {};
struct AssertionFailed {
  std::string what;
};

// The sites of one program that were met, by number. They are kept as long as the target lives.
using PuzzleSites = std::map<std::uint32_t, Site>;

// One run of a puzzle, as its objects see it.
class PuzzleRun {
 public:
  using At = std::source_location;

  PuzzleRun(Interleaver& interleaver, PuzzleSites& sites) : interleaver_(interleaver), sites_(sites) {}

  // Numbers the objects of a puzzle, in the order in which its members are made.
  std::uint64_t new_object() { return kNamedObjectMin * ++objects_; }
  // Passes a yield point before an event. The caller makes the event as soon as this returns. Throws Unwound.
  PendingEvent reach(const At& at, EventKind kind, std::uint64_t object, const char* what, const std::string& name);
  void make(const PendingEvent& event) { interleaver_.accessed(event); }
  void block(const void* key);
  void wake(const void* key) { interleaver_.wake(key); }

 private:
  Interleaver& interleaver_;
  PuzzleSites& sites_;
  std::uint64_t objects_ = 0;
};

// Throws AssertionFailed, which says that the bug was met, unless `holds`.
void require(bool holds, const char* what);

class SharedInt {
 public:
  SharedInt(PuzzleRun& run, std::string name, std::int64_t value = 0)
      : run_(run), object_(run.new_object()), name_(std::move(name)), value_(value) {}

  std::int64_t read(PuzzleRun::At at = PuzzleRun::At::current());
  void write(std::int64_t value, PuzzleRun::At at = PuzzleRun::At::current());
  // Replaces the value by what `change` makes of it, in one event. Returns the old value.
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

// Taking it is an event and a yield point. Giving it back is neither: whatever other threads could do between that and
// the thread's next event, they can also do after that event.
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

// Holds a mutex for a scope, even if an exception leaves the scope.
class Held {
 public:
  explicit Held(Mutex& mutex, PuzzleRun::At at = PuzzleRun::At::current()) : mutex_(mutex) { mutex_.lock(at); }
  ~Held() { mutex_.unlock(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  Mutex& mutex_;
};

// Like pthread_cond_t, but without spurious wakeups. The thread that has waited longest is woken first. A signal that
// no thread waits for is lost.
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
  std::uint64_t woken_ = 0;  // threads with a lower ticket have been woken
};

}  // namespace straylane
