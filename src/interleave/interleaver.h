#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/hash.h"
#include "domain/observation.h"
#include "domain/schedule.h"
#include "interleave/access_pairs.h"
#include "interleave/fiber.h"
#include "interleave/pending_event.h"
#include "interleave/strategy.h"

namespace straylane {

struct InterleaverOptions {
  std::uint64_t steps_max = 5'000'000;  // yield points per run
  bool trace = false;                   // keep every step
};

// Runs simulated threads one at a time on one OS thread, each on a fiber of its own, and asks a strategy at every
// choice point which goes on. Blocked threads are not enabled. After the run every thread has ended: fibers are
// drained.
//
// Lifecycle: (1) begin, (2) the caller's own stack is `m`: it spawns threads and calls the rest, (3) drain, (4) read
// the results, and begin again. Not thread-safe; reentrant only through the threads it runs.
class Interleaver {
 public:
  // Told of every change of the running fiber, just before it happens; `user` of a new fiber is null.
  class Backend {
   public:
    virtual ~Backend() = default;
    virtual void on_switch(Fiber& from, Fiber& to) = 0;
  };

  explicit Interleaver(Backend* backend = nullptr);
  ~Interleaver();
  Interleaver(const Interleaver&) = delete;
  Interleaver& operator=(const Interleaver&) = delete;

  void begin(Strategy& strategy, const InterleaverOptions& options);

  // Each of these returns false where the run has been given up (deadlock, step limit): the thread must unwind.

  // The running thread is at `event.site` and could go on, which is `event`.
  bool yield_point(PendingEvent event);
  bool yield_point(std::uint32_t site) { return yield_point(PendingEvent{site}); }
  // The running thread cannot go on until `wake(key)`.
  bool block(const void* key);
  // `m` polls: it goes on after the next end or block of another thread, see numba/python/stand_in_threading.py.
  bool park_until_change() { return park_until_change(change_seen_); }
  // The same where `m` polls several things in turn and each must be looked at again after a change: parks only where
  // nothing has changed since `seen`, which is what this made of it the last time, 0 at first.
  bool park_until_change(std::uint64_t& seen);

  void wake(const void* key);  // all that are blocked on it become enabled
  ThreadIndex spawn(ThreadId id, void (*entry)(void*), void* argument);
  // Whether the strategy has nothing left but the default rule: then `run_in_turn` does for threads of which none ever
  // blocks, on the stack of `m` and without fibers, what `spawn` for each and `block(end_of(the first))` do. What is
  // recorded is the same. `entry` is called for each of the `count` threads (1 or more), which are named `first` and on;
  // no other thread may be left that has not ended.
  bool only_default_from_here() const { return !unwinding_ && strategy_->only_default_from_here(); }
  bool run_in_turn(ThreadId first, std::uint32_t count, void (*entry)(void*), void* argument);
  ThreadIndex threads() const { return static_cast<ThreadIndex>(threads_.size()); }  // so many were spawned
  bool ended(ThreadIndex thread) const { return threads_[thread].state == State::kEnded; }
  // Gives the run up from outside: the running thread must unwind, and every other does when it goes on.
  void give_up(RunEnd end, std::string detail);
  // Lets the threads that are left run to their end, by the default rule. False where one had to be unwound instead.
  bool drain();
  // What a thread blocks on to wait for the end of another.
  static const void* end_of(ThreadIndex thread) { return reinterpret_cast<const void*>(std::uintptr_t{thread} + 1); }

  bool active() const { return active_; }
  bool unwinding() const { return unwinding_; }
  ThreadIndex current() const { return current_; }
  ThreadId current_id() const { return of(current_).id; }
  std::uint32_t current_site() const { return of(current_).next.site; }
  // The site that the next block, end or start of the running thread is attributed to.
  void at_site(std::uint32_t site) { of(current_).next = PendingEvent{site}; }

  // What the thread does when it goes on: the event of its last yield point; of one that waits for a key, kSync on the
  // key; of one that has not run yet, site 0 and no more.
  PendingEvent next_event(ThreadIndex thread) const { return of(thread).next; }
  // The running thread makes this access now: the event of the yield point before it, or one without a yield point.
  // Followed where the strategy of the run does more than the default rule.
  void accessed(const PendingEvent& event) {
    if (follows_accesses_) pairs_.add(current_, event);
  }
  const AccessPairs& pairs() const { return pairs_; }

  // Results of the run.
  struct RecordedChoice {
    ThreadIndex thread;
    std::uint32_t yield;
    ThreadIndex to;
    std::uint32_t site;
    bool preemption;
  };
  struct TracedStep {
    ThreadIndex thread;
    std::uint32_t site;
    std::uint32_t yield;
    Step::Kind kind;
    ThreadIndex next;
  };
  RunEnd end() const { return end_; }
  const std::string& end_detail() const { return end_detail_; }
  const std::vector<RecordedChoice>& choices() const { return choices_; }
  const std::vector<TracedStep>& trace() const { return trace_; }
  std::uint64_t yields() const { return yields_; }
  std::uint64_t digest() const { return digest_.value(); }
  ThreadId id_of(ThreadIndex thread) const { return of(thread).id; }
  std::size_t fibers() const { return fibers_.size(); }

 private:
  enum class State : std::uint8_t { kEnabled, kBlocked, kParked, kEnded };
  struct Thread {
    ThreadId id;
    State state = State::kEnabled;
    std::uint32_t yields = 0;
    PendingEvent next;  // where it stands
    const void* blocked_on = nullptr;
    Fiber* fiber = nullptr;  // given when it first runs
    void (*entry)(void*) = nullptr;
    void* argument = nullptr;
  };

  Thread& of(ThreadIndex thread) { return thread == kMainIndex ? main_ : threads_[thread]; }
  const Thread& of(ThreadIndex thread) const { return thread == kMainIndex ? main_ : threads_[thread]; }
  void set_state(ThreadIndex thread, State state);
  void count_step(Thread& thread);
  void record(Thread& thread, Step::Kind kind, ThreadIndex by_default, ThreadIndex next, bool preemption);
  void add_choice(const Thread& thread, ThreadIndex next, bool preemption);
  void add_to_trace(const Thread& thread, Step::Kind kind, ThreadIndex next);
  bool yield_in_turn(Thread& thread);
  void step_in_turn(Thread& thread, Step::Kind kind, ThreadIndex next);
  bool leave(Step::Kind kind);  // the running thread blocks, parks or has ended: another goes on
  ThreadIndex next_after(Step::Kind kind);
  void end_current();
  void switch_to(ThreadIndex next);
  void resume(Fiber& to);
  bool step_limit_reached(const Thread& running);  // gives the run up where it is
  void changed();
  Fiber& idle_fiber();
  void run_fiber(Fiber& fiber);

  Backend* backend_;
  Strategy* strategy_ = nullptr;
  InterleaverOptions options_;
  bool active_ = false;
  bool draining_ = false;
  bool sees_forced_steps_ = false;  // the strategy
  bool unwinding_ = false;
  bool ending_ = false;  // idle fibers run to their end
  bool in_turn_ = false;  // in run_in_turn

  Fiber main_fiber_;
  Thread main_;
  std::vector<Thread> threads_;
  std::vector<ThreadIndex> enabled_;
  std::size_t blocked_ = 0;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> idle_;
  ThreadIndex current_ = kMainIndex;
  Fiber* running_ = &main_fiber_;
  Fiber* previous_ = nullptr;
  std::uint64_t change_ = 0;
  std::uint64_t change_seen_ = 0;

  RunEnd end_ = RunEnd::kCompleted;
  std::string end_detail_;
  std::vector<RecordedChoice> choices_;
  std::vector<TracedStep> trace_;
  std::uint64_t yields_ = 0;
  Hash digest_;
  bool follows_accesses_ = false;
  AccessPairs pairs_;

  // Of run_in_turn.
  bool others_in_turn_ = false;                // other threads are enabled at each yield point
  std::uint64_t choice_points_in_turn_ = 0;  // of which the strategy has not been told
};

}  // namespace straylane
