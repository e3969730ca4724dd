#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/hash.h"
#include "domain/observation.h"
#include "interleave/access_pairs.h"
#include "interleave/fiber.h"
#include "interleave/strategy.h"

namespace straylane {

struct InterleaverOptions {
  std::uint64_t steps_max = 5'000'000;  // yield points per run
  bool trace = false;                   // keep every step
};

// Runs simulated threads one at a time on one OS thread, each on its own fiber. A strategy chooses which thread goes on
// at every choice point. Blocked threads are not enabled. After the run every thread has ended: fibers are drained.
//
// Lifecycle: (1) begin; (2) the caller's own stack is `m`, which spawns threads and calls the rest; (3) drain; (4) read
// the results, and begin again. Not thread-safe. Reentrant only through the threads that it runs.
class Interleaver {
 public:
  // Is told of every change of the running fiber, just before it happens. `user` of a new fiber is null.
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

  // yield_point, block and park_until_change return false if the run has been given up (deadlock, step limit). The
  // thread must then unwind.

  // Marks that the running thread has reached `event.site` and could go on. `event` is what it will do next.
  bool yield_point(PendingEvent event);
  bool yield_point(std::uint32_t site) { return yield_point(PendingEvent{site}); }
  // Blocks the running thread until `wake(key)`.
  bool block(const void* key);
  // Lets `m` poll: it goes on after the next end or block of another thread (see numba/python/stand_in_threading.py).
  bool park_until_change() { return park_until_change(change_seen_); }
  // Lets `m` poll several things in turn, each of which must be looked at again after a change. Parks only if nothing
  // has changed since `seen`, which is 0 at first and is updated by each call.
  bool park_until_change(std::uint64_t& seen);

  void wake(const void* key);  // enables all threads that are blocked on the key
  ThreadIndex spawn(ThreadId id, void (*entry)(void*), void* argument);
  // Returns true if the strategy has nothing left but the default rule. This is the condition for `run_in_turn`.
  bool only_default_from_here() const { return !unwinding_ && strategy_->only_default_from_here(); }
  // Runs `count` threads, named `first` and on, one after another on the stack of `m` and without fibers. Calls `entry`
  // for each. Records the same as `spawn` for each and `block(end_of(the first))` would.
  // Preconditions: only_default_from_here();
  //                count >= 1;
  //                none of the threads ever blocks;
  //                every thread that was started before has ended.
  bool run_in_turn(ThreadId first, std::uint32_t count, void (*entry)(void*), void* argument);
  ThreadIndex threads() const { return static_cast<ThreadIndex>(threads_.size()); }  // how many were started
  bool ended(ThreadIndex thread) const { return threads_[thread].state == State::kEnded; }
  // Gives the run up from outside: the running thread must unwind, and every other thread does so when it goes on.
  void give_up(RunEnd end, std::string detail);
  // Lets the remaining threads run to their end by the default rule. Returns false if one had to be unwound instead.
  bool drain();
  // Returns the key on which a thread blocks to wait for the end of another.
  static const void* end_of(ThreadIndex thread) { return reinterpret_cast<const void*>(std::uintptr_t{thread} + 1); }

  bool active() const { return active_; }
  bool unwinding() const { return unwinding_; }
  ThreadIndex current() const { return current_; }
  ThreadId current_id() const { return of(current_).id; }
  std::uint32_t current_site() const { return of(current_).next.site; }
  // Sets the site to which the next block, end or start of the running thread is attributed.
  void at_site(std::uint32_t site) { of(current_).next = PendingEvent{site}; }

  // Returns what the thread will do when it goes on: the event of its last yield point. For a thread that waits for a
  // key, this is kSync on the key. For a thread that has not run yet, it is site 0 and nothing else.
  PendingEvent next_event(ThreadIndex thread) const { return of(thread).next; }
  // Notes that the running thread makes this access now: the event of the yield point before it, or one without a yield
  // point. It is followed if the strategy of the run does more than the default rule.
  void accessed(const PendingEvent& event) {
    if (follows_accesses_) pairs_.add(current_, event);
  }
  const AccessPairs& pairs() const { return pairs_; }

  // Results of the run. The sites of choices and steps are numbers of the target's table.
  RunEnd end() const { return end_; }
  const std::string& end_detail() const { return end_detail_; }
  const std::vector<NumberedChoice>& choices() const { return choices_; }
  std::uint32_t preemptions() const { return preemptions_; }  // choices made while the running thread could go on
  const std::vector<Step>& trace() const { return trace_; }
  std::uint64_t yields() const { return yields_; }
  std::uint64_t digest() const { return digest_.value(); }
  ThreadId id_of(ThreadIndex thread) const { return of(thread).id; }

 private:
  enum class State : std::uint8_t { kEnabled, kBlocked, kParked, kEnded };
  struct Thread {
    ThreadId id;
    State state = State::kEnabled;
    std::uint32_t yields = 0;
    PendingEvent next;  // of the yield point at which it stands
    const void* blocked_on = nullptr;
    Fiber* fiber = nullptr;  // assigned when it first runs
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
  void step_in_turn(Thread& thread, Step::Kind kind, ThreadIndex next);
  bool leave(Step::Kind kind);  // lets another thread go on: the running one blocks, parks or has ended
  void switch_to(ThreadIndex next);
  void resume(Fiber& to);
  bool step_limit_reached(const Thread& running);  // gives the run up if so
  void changed();
  Fiber& idle_fiber();
  void run_fiber(Fiber& fiber);

  Backend* backend_;
  Strategy* strategy_ = nullptr;
  InterleaverOptions options_;
  bool active_ = false;
  bool draining_ = false;
  bool sees_forced_steps_ = false;  // what the strategy says of itself
  bool unwinding_ = false;
  bool ending_ = false;   // idle fibers run to their end
  bool in_turn_ = false;  // run_in_turn is running

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
  std::vector<NumberedChoice> choices_;
  std::uint32_t preemptions_ = 0;
  std::vector<Step> trace_;
  std::uint64_t yields_ = 0;
  Hash digest_;
  bool follows_accesses_ = false;
  AccessPairs pairs_;

  // State of run_in_turn.
  bool others_in_turn_ = false;              // other threads are enabled at each yield point
  std::uint64_t choice_points_in_turn_ = 0;  // of which the strategy has not been told
};

}  // namespace straylane
