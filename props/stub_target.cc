#include "props/stub_target.h"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <utility>

#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "targets/worker/run_on_interleaver.h"

namespace straylane {
namespace {

enum StubSite : std::uint32_t {
  kThreadStart,
  kStart,
  kPoll,
  kGrid,
  kCallAllocator,
  kEnterSwap,
  kSetFake,
  kLookUp,
  kRestore,
  kAcquireEnter,
  kAcquireExit,
  kReadCount,
  kWriteCount,
  kReadOther,
  kWriteOther,
  kLockFirst,
  kLockSecond,
  kSpin,
  kWriteOutput,
};

const std::vector<Site>& stub_sites() {
  static const std::string kernel_py = "numba/cuda/simulator/kernel.py";
  static const std::string kernelapi_py = "numba/cuda/simulator/kernelapi.py";
  static const std::string factory_py = "numba_mwe/kernel_factory.py";
  static const std::vector<Site> sites = {
      {kernel_py, "BlockThread.run", "def run(self):", 0, 146},
      {kernel_py, "BlockManager.run", "t.start()", 0, 246},
      {kernel_py, "BlockManager.run", "livethreads = set([t for t in livethreads if t.is_alive()])", 0, 274},
      {factory_py, "KernelFactory.build.<locals>.kernel", "i = cuda.grid(1)", 0, 31},
      {factory_py, "KernelFactory.build.<locals>.kernel", "buffer = allocate_buffer()", 0, 34},
      {kernelapi_py, "swapped_cuda_module", "orig = dict((k, v) for k, v in fn_globs.items() if v is cuda)", 0, 488},
      {kernelapi_py, "swapped_cuda_module", "fn_globs.update(repl)", 0, 492},
      {"numba_mwe/allocator_factory.py", "AllocatorFactory.build.<locals>.allocate_buffer",
       "return cuda.local.array(shape, float32)", 0, 17},
      {kernelapi_py, "swapped_cuda_module", "fn_globs.update(orig)", 0, 497},
      {kernelapi_py, "swapped_cuda_module", "with _swap_lock:", 0, 480},
      {kernelapi_py, "swapped_cuda_module", "with _swap_lock:", 1, 494},
      {factory_py, "KernelFactory.build.<locals>.kernel", "x = state.count", 0, 35},
      {factory_py, "KernelFactory.build.<locals>.kernel", "state.count = x + 1", 0, 36},
      {factory_py, "KernelFactory.build.<locals>.kernel", "y = state.other", 0, 38},
      {factory_py, "KernelFactory.build.<locals>.kernel", "state.other = y + 1", 0, 39},
      {factory_py, "KernelFactory.build.<locals>.kernel", "first.acquire()", 0, 35},
      {factory_py, "KernelFactory.build.<locals>.kernel", "second.acquire()", 0, 36},
      {factory_py, "KernelFactory.build.<locals>.kernel", "while True:", 0, 35},
      {factory_py, "KernelFactory.build.<locals>.kernel", "output[i] = buffer[0]", 0, 37},
  };
  return sites;
}

enum class Body { kNeedle, kSwapLocked, kSwapRace, kLostUpdate, kTwoBugs, kTwoCauses, kDeadlock, kSpin, kStray };

const std::map<std::string, Body>& bodies() {
  static const std::map<std::string, Body> by_name = {
      {"factory", Body::kSwapLocked}, {"swap-locked", Body::kSwapLocked},
      {"swap-race", Body::kSwapRace}, {"lost-update", Body::kLostUpdate},
      {"two-bugs", Body::kTwoBugs},   {"two-causes", Body::kTwoCauses},
      {"deadlock", Body::kDeadlock},  {"spin", Body::kSpin},
      {"stray", Body::kStray},        {"needle", Body::kNeedle},
  };
  return by_name;
}

struct Lock {
  bool held = false;
};

// The launches of one case. Every function with a yield point returns false if the run has been given up. Its caller
// then returns at once.
class StubRun {
 public:
  StubRun(Interleaver& interleaver, Body body, bool events) : interleaver_(interleaver), body_(body), events_(events) {}

  void run(const std::vector<Settings>& calls) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      launch_ = static_cast<std::int32_t>(i);
      const bool alive = launch(FactorySettings::of(calls[i]));
      leave_output();
      if (!alive || observed_.back().raised) return;
    }
  }

  // To be called after the drain. Gives what the threads did and what they left changed.
  void report(Observation& observation) {
    for (const SimulatedThread& thread : threads_) {
      observed_[static_cast<std::size_t>(thread.outcome.id.launch)].threads.push_back(thread.outcome);
    }
    observation.launches = std::move(observed_);
    observation.outputs = std::move(outputs_);
    observation.events = std::move(seen_);
    if (module_is_fake_) observation.module_changes.emplace_back("numba_mwe.allocator_factory.cuda: real -> fake");
  }

 private:
  struct SimulatedThread {
    StubRun* run;
    ThreadOutcome outcome;
    ThreadIndex index = 0;
  };

  bool launch(const FactorySettings& settings) {
    settings_ = settings;
    observed_.push_back({.call = static_cast<std::uint32_t>(launch_),
                         .kernel = "kernel",
                         .grid = {static_cast<std::int32_t>(settings.blocks())},
                         .block = {static_cast<std::int32_t>(settings.block_size)}});
    LaunchObservation& launch = observed_.back();
    output_.assign(static_cast<std::size_t>(settings.array_size), 0.0F);
    count_ = other_ = 0;
    if (body_ == Body::kNeedle) {
      launch_needle();
      return true;
    }
    bool alive = true;
    for (std::int64_t block = 0; alive && !launch.raised && block < settings.blocks(); ++block)
      alive = run_block(block);
    if (alive && counts()) {
      std::fill_n(output_.begin(), body_ == Body::kTwoCauses ? std::min(count_, other_) : count_, 1.0F);
    }
    return alive;
  }

  // Threads that remain run on while the fibers are drained. Their writes come too late to be seen.
  void leave_output() {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(output_.data());
    outputs_.push_back({.call = static_cast<std::uint32_t>(launch_),
                        .name = "output",
                        .shape = {settings_.array_size},
                        .bytes = {bytes, bytes + output_.size() * sizeof(float)}});
  }

  void launch_needle() {
    std::fill_n(output_.begin(), settings_.n_threads, 1.0F);
    const bool hit = settings_.buffer_size == 13 && settings_.n_threads > 200 && settings_.array_size > 777 &&
                     settings_.array_size % 7 == 3;
    if (hit) output_[100] = 0.0F;
  }

  bool counts() const { return body_ == Body::kLostUpdate || body_ == Body::kTwoBugs || body_ == Body::kTwoCauses; }

  // The launching thread's part of one block: start all threads, then poll until they have ended.
  bool run_block(std::int64_t block) {
    const std::size_t first = threads_.size();
    for (std::int64_t i = 0; i < settings_.block_size; ++i) {
      const std::int64_t index = block * settings_.block_size + i;
      threads_.push_back({.run = this, .outcome = {.id = {launch_, static_cast<std::int32_t>(index)}}});
      SimulatedThread& thread = threads_.back();
      thread.outcome.thread_index = index;
      thread.index = interleaver_.spawn(thread.outcome.id, &StubRun::entry, &thread);
      if (!interleaver_.yield_point(kStart)) return false;
    }
    for (;;) {
      bool all_ended = true;
      for (std::size_t i = first; i < threads_.size(); ++i) {
        if (threads_[i].outcome.exception) {
          observed_.back().raised = *threads_[i].outcome.exception;
          return true;
        }
        all_ended = all_ended && interleaver_.ended(threads_[i].index);
      }
      if (all_ended) return true;
      interleaver_.at_site(kPoll);
      if (!interleaver_.park_until_change()) return false;
    }
  }

  static void entry(void* argument) {
    auto& thread = *static_cast<SimulatedThread*>(argument);
    thread.run->kernel(thread);
  }

  void kernel(SimulatedThread& thread) {
    const std::int64_t i = thread.outcome.thread_index;
    if (!interleaver_.yield_point(kThreadStart) || !interleaver_.yield_point(kGrid)) return;
    const bool returns = body_ == Body::kStray ? i > settings_.n_threads : i >= settings_.n_threads;
    if (returns) return;
    thread.outcome.passed_guard = true;
    if (!body(thread) || thread.outcome.exception) return;
    if (!after_guard(thread, kWriteOutput) || counts()) return;
    if (i >= settings_.array_size) {
      raise(thread,
            {"IndexError", fmt::format("index {} is out of bounds for axis 0 with size {}", i, settings_.array_size),
             "kernel"});
      return;
    }
    output_[static_cast<std::size_t>(i)] = 1.0F;
  }

  bool body(SimulatedThread& thread) {
    switch (body_) {
      case Body::kSwapLocked:
        return after_guard(thread, kCallAllocator) && allocate_locked(thread);
      case Body::kSwapRace:
        return after_guard(thread, kCallAllocator) && allocate_racy(thread);
      case Body::kLostUpdate:
        return update_count(thread);
      case Body::kTwoBugs:
        return allocate_racy(thread) && (thread.outcome.exception || update_count(thread));
      case Body::kTwoCauses:
        return update_count(thread) && update_other(thread);
      case Body::kDeadlock:
        return lock_both(thread);
      case Body::kSpin:
        while (after_guard(thread, kSpin)) {
        }
        return false;
      case Body::kStray:
      case Body::kNeedle:
        return true;
    }
    return true;
  }

  bool after_guard(SimulatedThread& thread, StubSite site) {
    if (!thread.outcome.first_after_guard) thread.outcome.first_after_guard = stub_sites()[site];
    return interleaver_.yield_point(site);
  }

  void raise(SimulatedThread& thread, ThrownException exception) {
    thread.outcome.exception = std::move(exception);
    thread.outcome.exception_order = ++exceptions_;
  }

  void see(Event::Kind kind, StubSite site, const char* variable, std::string before, std::string after) {
    if (!events_ || !interleaver_.active()) return;
    seen_.push_back({kind, interleaver_.current_id(), static_cast<std::uint32_t>(interleaver_.trace().size()),
                     stub_sites()[site], variable, std::move(before), std::move(after)});
  }

  std::string module_text() const { return module_is_fake_ ? "fake" : "real"; }

  void set_module(bool fake, StubSite site) {
    const std::string before = module_text();
    module_is_fake_ = fake;
    see(Event::Kind::kWrite, site, "allocator_factory.cuda", before, module_text());
  }

  void look_up_local(SimulatedThread& thread) {
    see(Event::Kind::kRead, kLookUp, "allocator_factory.cuda", "", module_text());
    if (!module_is_fake_) {
      raise(thread, {"AttributeError", "module 'numba.cuda' has no attribute 'local'", "allocate_buffer"});
    }
  }

  // swapped_cuda_module as in every simulator before numba-cuda 0.25.0.
  bool allocate_racy(SimulatedThread& thread) {
    if (!after_guard(thread, kEnterSwap)) return false;
    const bool original_is_real = !module_is_fake_;
    if (!after_guard(thread, kSetFake)) return false;
    if (original_is_real) set_module(true, kSetFake);
    const bool alive = after_guard(thread, kLookUp);
    if (alive) look_up_local(thread);
    const bool restore = alive && after_guard(thread, kRestore);
    if (original_is_real) set_module(false, kRestore);  // like a `finally`, even if the run has been given up
    return restore;
  }

  // The same with the lock and the reference count of numba-cuda 0.25.0.
  bool allocate_locked(SimulatedThread& thread) {
    if (!after_guard(thread, kAcquireEnter) || !acquire(swap_lock_)) return false;
    bool alive = after_guard(thread, kSetFake);
    if (users_++ == 0) module_is_fake_ = true;
    release(swap_lock_);
    alive = alive && after_guard(thread, kLookUp);
    if (alive) look_up_local(thread);
    alive = alive && after_guard(thread, kAcquireExit) && acquire(swap_lock_);
    alive = alive && after_guard(thread, kRestore);
    if (--users_ == 0) module_is_fake_ = false;
    release(swap_lock_);
    return alive;
  }

  bool update_count(SimulatedThread& thread) { return update(thread, count_, "state.count", kReadCount, kWriteCount); }
  bool update_other(SimulatedThread& thread) { return update(thread, other_, "state.other", kReadOther, kWriteOther); }

  bool update(SimulatedThread& thread, std::int64_t& count, const char* name, StubSite read, StubSite write) {
    if (!after_guard(thread, read)) return false;
    const std::int64_t x = count;
    see(Event::Kind::kRead, read, name, "", fmt::format("{}", x));
    if (!after_guard(thread, write)) return false;
    see(Event::Kind::kWrite, write, name, fmt::format("{}", count), fmt::format("{}", x + 1));
    count = x + 1;
    return true;
  }

  bool lock_both(SimulatedThread& thread) {
    const bool even = thread.outcome.thread_index % 2 == 0;
    Lock& first = even ? lock_a_ : lock_b_;
    Lock& second = even ? lock_b_ : lock_a_;
    if (!after_guard(thread, kLockFirst) || !acquire(first)) return false;
    const bool alive = after_guard(thread, kLockSecond) && acquire(second);
    if (alive) release(second);
    release(first);
    return alive;
  }

  bool acquire(Lock& lock) {
    while (lock.held) {
      if (!interleaver_.block(&lock)) return false;
    }
    lock.held = true;
    return true;
  }

  void release(Lock& lock) {
    lock.held = false;
    interleaver_.wake(&lock);
  }

  Interleaver& interleaver_;
  Body body_;
  bool events_;
  std::vector<Event> seen_;
  FactorySettings settings_;
  std::int32_t launch_ = 0;
  std::vector<LaunchObservation> observed_;
  std::vector<Output> outputs_;
  std::deque<SimulatedThread> threads_;  // of all launches; addresses are what the fibers hold
  std::vector<float> output_;
  std::uint64_t exceptions_ = 0;
  bool module_is_fake_ = false;
  std::int64_t users_ = 0;
  std::int64_t count_ = 0;
  std::int64_t other_ = 0;
  Lock swap_lock_;
  Lock lock_a_;
  Lock lock_b_;
};

}  // namespace

StubTarget::StubTarget() {
  info_.name = "stub";
  info_.program = factory_program();
  info_.cannot_confirm = "what stub finds says nothing about a GPU";
  info_.notes = {"C++ programs on the interleaver, for tests"};
}

Expected<std::vector<Observation>> StubTarget::run(std::span<const Case> cases, const RunOptions& options) {
  ++batches_;
  std::vector<Observation> observations;
  observations.reserve(cases.size());
  for (const Case& c : cases) {
    const auto body = bodies().find(c.program.empty() ? info_.program.name : c.program);
    if (body == bodies().end()) {
      return make_error(ErrorCode::kUnsupported, fmt::format("the stub target has no program \"{}\"", c.program));
    }
    ++executions_;
    StubRun run(interleaver_, body->second, options.events);
    observations.push_back(run_on_interleaver(interleaver_, stub_sites(), c, options, run));
  }
  return observations;
}

}  // namespace straylane
