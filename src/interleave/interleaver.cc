#include "interleave/interleaver.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace straylane {

Interleaver::Interleaver(Backend* backend) : backend_(backend) { main_.fiber = &main_fiber_; }

// Lets each idle fiber, which waits for its next job, run to the end of its stack.
Interleaver::~Interleaver() {
  ending_ = true;
  for (Fiber* fiber : idle_) {
    running_ = fiber;
    previous_ = &main_fiber_;
    resume(*fiber);
  }
}

void Interleaver::begin(Strategy& strategy, const InterleaverOptions& options) {
  strategy_ = &strategy;
  sees_forced_steps_ = strategy.sees_forced_steps();
  options_ = options;
  threads_.clear();
  blocked_ = 0;
  enabled_.assign(1, kMainIndex);
  main_ = Thread{.id = ThreadId::main(), .fiber = &main_fiber_};
  current_ = kMainIndex;
  change_ = 1;
  change_seen_ = 0;
  end_ = RunEnd::kCompleted;
  end_detail_.clear();
  choices_.clear();
  preemptions_ = 0;
  trace_.clear();
  yields_ = 0;
  digest_ = Hash();
  follows_accesses_ = !strategy.only_default_from_here();
  pairs_.begin();
  draining_ = false;
  unwinding_ = false;
  in_turn_ = false;
  active_ = true;
}

void Interleaver::set_state(ThreadIndex thread, State state) {
  Thread& t = of(thread);
  if (t.state == state) return;
  const auto place = std::lower_bound(enabled_.begin(), enabled_.end(), thread);
  if (state == State::kEnabled) {
    enabled_.insert(place, thread);
  } else if (t.state == State::kEnabled) {
    enabled_.erase(place);
  }
  if (t.state == State::kBlocked) --blocked_;
  if (state == State::kBlocked) ++blocked_;
  t.state = state;
}

inline void Interleaver::count_step(Thread& thread) {
  ++thread.yields;
  ++yields_;
  digest_.step(std::uint64_t{current_} << 32 | thread.next.site);
}

void Interleaver::add_choice(const Thread& thread, ThreadIndex next, bool preemption) {
  const Thread& to = of(next);
  choices_.push_back({thread.id, thread.yields, to.id, thread.next.site});
  if (preemption) ++preemptions_;
  if (follows_accesses_) pairs_.add_switch(thread.next.site, to.next.site);
  digest_.step(next + 0x9e3779b97f4a7c15ULL);
}

void Interleaver::add_to_trace(const Thread& thread, Step::Kind kind, ThreadIndex next) {
  trace_.push_back({thread.id, thread.next.site, thread.yields, kind, of(next).id});
}

// Small, so that it is inlined: most yield points have neither a choice nor a trace.
inline void Interleaver::record(Thread& thread, Step::Kind kind, ThreadIndex by_default, ThreadIndex next,
                                bool preemption) {
  if (next != by_default) add_choice(thread, next, preemption);
  if (options_.trace) add_to_trace(thread, kind, next);
}

inline bool Interleaver::step_limit_reached(const Thread& running) {
  if (yields_ <= options_.steps_max) return false;
  give_up(RunEnd::kStepLimit,
          fmt::format("{} yield points; thread {} was running", options_.steps_max, to_string(running.id)));
  return true;
}

inline void Interleaver::step_in_turn(Thread& thread, Step::Kind kind, ThreadIndex next) {
  count_step(thread);
  if (!unwinding_) step_limit_reached(thread);
  record(thread, kind, next, next, false);
}

bool Interleaver::yield_point(PendingEvent event) {
  if (!active_) return true;
  Thread& thread = of(current_);
  thread.next = event;
  count_step(thread);
  if (unwinding_) return false;
  if (step_limit_reached(thread)) return false;
  if (in_turn_) {
    if (others_in_turn_) ++choice_points_in_turn_;
    record(thread, Step::Kind::kGoOn, current_, current_, true);
    return true;
  }
  ThreadIndex next = current_;
  if (!draining_ && (enabled_.size() > 1 || sees_forced_steps_)) {
    next = strategy_->pick({current_, thread.id, true, thread.yields, event.site, enabled_, current_, *this});
  }
  record(thread, next == current_ ? Step::Kind::kGoOn : Step::Kind::kPreempted, current_, next, true);
  if (next != current_) switch_to(next);
  return !unwinding_;
}

bool Interleaver::block(const void* key) {
  if (unwinding_) return false;
  Thread& thread = of(current_);
  thread.blocked_on = key;
  if (thread.next.kind == EventKind::kUnknown) {
    thread.next = {thread.next.site, EventKind::kSync, reinterpret_cast<std::uintptr_t>(key)};
  }
  set_state(current_, State::kBlocked);
  changed();
  return leave(Step::Kind::kBlocked);
}

bool Interleaver::park_until_change(std::uint64_t& seen) {
  if (unwinding_) return false;
  if (seen == change_) {
    set_state(kMainIndex, State::kParked);
    if (!leave(Step::Kind::kBlocked)) return false;
  }
  seen = change_;
  return true;
}

void Interleaver::wake(const void* key) {
  // Every thread that ends calls this, so a search of all threads would be quadratic in a large grid. The search goes
  // backwards because blocked threads are mostly those that were started last.
  std::size_t left = blocked_ - (main_.state == State::kBlocked ? 1 : 0);
  for (ThreadIndex i = static_cast<ThreadIndex>(threads_.size()); left > 0 && i-- > 0;) {
    if (threads_[i].state != State::kBlocked) continue;
    --left;
    if (threads_[i].blocked_on == key) set_state(i, State::kEnabled);
  }
  if (main_.state == State::kBlocked && main_.blocked_on == key) set_state(kMainIndex, State::kEnabled);
}

// Notes that something at which a polling `m` looks has changed.
void Interleaver::changed() {
  ++change_;
  if (main_.state == State::kParked) set_state(kMainIndex, State::kEnabled);
}

bool Interleaver::leave(Step::Kind kind) {
  Thread& thread = of(current_);
  count_step(thread);
  if (!unwinding_) step_limit_reached(thread);  // threads that wake each other forever meet no yield point
  if (enabled_.empty()) {
    std::string blocked;
    for (const Thread& t : threads_) {
      if (t.state == State::kBlocked) blocked += to_string(t.id) + ", ";
    }
    give_up(RunEnd::kDeadlock, fmt::format("no thread can go on; waiting: {}m", blocked));
  }
  const ThreadIndex by_default = enabled_.front();
  ThreadIndex next = by_default;
  if (!draining_ && !unwinding_ && (enabled_.size() > 1 || sees_forced_steps_)) {
    next = strategy_->pick({current_, thread.id, false, thread.yields, thread.next.site, enabled_, by_default, *this});
  }
  record(thread, kind, by_default, next, false);
  if (next != current_) switch_to(next);
  return !unwinding_;
}

// Enables every remaining thread, so that it can unwind: the calls in which it waits return false.
void Interleaver::give_up(RunEnd end, std::string detail) {
  unwinding_ = true;
  if (!draining_) {
    end_ = end;
    end_detail_ = std::move(detail);
  }
  for (ThreadIndex i = 0; i < threads_.size(); ++i) {
    if (threads_[i].state == State::kBlocked) set_state(i, State::kEnabled);
  }
  if (main_.state != State::kEnabled) set_state(kMainIndex, State::kEnabled);
}

void Interleaver::switch_to(ThreadIndex next) {
  Thread& thread = of(next);
  if (thread.fiber == nullptr) {
    thread.fiber = &idle_fiber();
    thread.fiber->entry = thread.entry;
    thread.fiber->argument = thread.argument;
  }
  Fiber& from = *running_;
  Fiber& to = *thread.fiber;
  current_ = next;
  if (&from == &to) return;
  running_ = &to;
  previous_ = &from;
  if (backend_ != nullptr) backend_->on_switch(from, to);
  resume(to);
}

// Returns when another fiber resumes this one. That fiber has then set `previous_` to itself.
void Interleaver::resume(Fiber& to) {
  void* const kept = leave_stack(to.stack);
  boost::context::fiber suspended = std::move(to.context).resume();
  enter_stack(kept, previous_->stack);
  previous_->context = std::move(suspended);
}

Fiber& Interleaver::idle_fiber() {
  if (!idle_.empty()) {
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return *fiber;
  }
  Fiber* fiber = fibers_.emplace_back(std::make_unique<Fiber>()).get();
  boost::context::protected_fixedsize_stack allocator(kFiberStackBytes);
  const boost::context::stack_context stack = allocator.allocate();
  fiber->stack = {static_cast<const char*>(stack.sp) - stack.size, stack.size};
  fiber->context = boost::context::fiber(std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack),
                                         allocator, [this, fiber](boost::context::fiber&& resumed_by) {
                                           enter_stack(nullptr, previous_->stack);
                                           previous_->context = std::move(resumed_by);
                                           while (!ending_) run_fiber(*fiber);
                                           Fiber& next = *previous_;
                                           previous_ = fiber;
                                           leave_stack(next.stack, true);
                                           return std::move(next.context);
                                         });
  return *fiber;
}

void Interleaver::run_fiber(Fiber& fiber) {
  fiber.entry(fiber.argument);
  idle_.push_back(&fiber);
  set_state(current_, State::kEnded);
  changed();
  wake(end_of(current_));
  leave(Step::Kind::kEnded);  // returns when the fiber is given its next job
}

ThreadIndex Interleaver::spawn(ThreadId id, void (*entry)(void*), void* argument) {
  const auto index = static_cast<ThreadIndex>(threads_.size());
  threads_.push_back({.id = id, .entry = entry, .argument = argument});
  const bool main_is_last = !enabled_.empty() && enabled_.back() == kMainIndex;
  enabled_.insert(enabled_.end() - (main_is_last ? 1 : 0), index);  // the highest but `m`
  return index;
}

bool Interleaver::run_in_turn(ThreadId first, std::uint32_t count, void (*entry)(void*), void* argument) {
  const auto begin = static_cast<ThreadIndex>(threads_.size());
  const auto end = static_cast<ThreadIndex>(begin + count);
  threads_.resize(end);
  for (std::uint32_t i = 0; i < count; ++i) {
    threads_[begin + i].id = {first.launch, first.index + static_cast<std::int32_t>(i)};
  }
  others_in_turn_ = count > 1;  // the later threads, and `m`, which waits only for the first
  choice_points_in_turn_ = 0;
  in_turn_ = true;
  set_state(kMainIndex, State::kBlocked);
  changed();
  step_in_turn(main_, Step::Kind::kBlocked, begin);
  for (ThreadIndex thread = begin; thread < end; ++thread) {
    current_ = thread;
    entry(argument);
    threads_[thread].state = State::kEnded;
    ++change_;
    step_in_turn(threads_[thread], Step::Kind::kEnded, thread + 1 < end ? thread + 1 : kMainIndex);
  }
  set_state(kMainIndex, State::kEnabled);
  current_ = kMainIndex;
  in_turn_ = false;
  strategy_->held_default(choice_points_in_turn_);
  return !unwinding_;
}

bool Interleaver::drain() {
  draining_ = true;
  while (!std::ranges::all_of(threads_, [](const Thread& t) { return t.state == State::kEnded; })) {
    set_state(kMainIndex, State::kParked);
    change_seen_ = change_;
    leave(Step::Kind::kBlocked);
  }
  active_ = false;
  return !unwinding_;
}

}  // namespace straylane
