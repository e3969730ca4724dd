#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "interleave/interleaver.h"
#include "targets/numba/worker/py.h"
#include "targets/numba/worker/variable_watch.h"
#include "targets/worker/event_log.h"
#include "targets/worker/protocol.h"
#include "targets/worker/site_table.h"

namespace straylane {

// The state of the worker: the interleaver with one interpreter thread state per fiber, the sites, and what the
// simulated threads of the running case have done so far. One per process, on the interpreter's main thread.
class SimulatedThreads final : public Interleaver::Backend {
 public:
  static SimulatedThreads& instance();

  Interleaver& interleaver() { return interleaver_; }
  SiteTable& sites() { return sites_; }
  VariableWatch& variables() { return variables_; }
  EventLog& events() { return events_; }

  // Names of the driver's functions and exceptions; called once, with references that are kept.
  void set_up(PyObject* run_thread, PyObject* unwound);
  PyObject* unwound() const { return unwound_; }

  void add_code(PyObject* code);
  bool is_instrumented(PyObject* code) const { return codes_.count(code) != 0; }

  // A case: begin, launches (begin, spawn, finish), end. `end` drains and drops the thread objects.
  void begin_case(bool events);
  void begin_launch();
  // `launch` is (kernel, grid, block), `raised` None or (type, message, function).
  void finish_launch(PyObject* launch, PyObject* raised);
  bool end_case();  // false where the worker's state is dirty: a thread was unwound instead of drained

  // Starts `thread` (an object with `run`); -1 with a Python exception on failure.
  std::int64_t spawn(PyObject* thread);
  PyObject* current_thread() const;  // borrowed; null in m
  void passed_guard();

  // A yield point of the running thread. False with the Python exception Unwound where the run has been given up.
  bool yield_point(std::uint32_t site);
  bool block(const void* key);
  // `m` asks whether `thread` is alive: parked where nothing has changed since it last asked about this same thread.
  // What it looks at between its questions (the flags of a barrier) it has then seen since the last change.
  // Not in a round of questions in which it has heard that one has ended: what it has asked about the others in that round it
  // puts together first.
  bool asks(ThreadIndex thread);

  // Puts the site of every yield point that is passed outside a case into `list`, until called with null: what the test
  // of the yield points reads.
  void listen(PyObject* list);
  bool wants_yield_points() const { return interleaver_.active() || heard_; }

  const std::vector<worker_protocol::WireRun::Launch>& launches() const { return launches_; }

 private:
  void on_switch(Fiber& from, Fiber& to) override;
  static void thread_main(void* argument);
  void run_thread(PyObject* thread);
  bool raise_unwound() const;
  bool park(ThreadIndex thread);
  void note_changes(std::uint32_t site);

  Interleaver interleaver_{this};
  EventLog events_{interleaver_};
  VariableWatch variables_;
  SiteTable sites_;
  PyObject* run_thread_ = nullptr;
  PyObject* unwound_ = nullptr;
  std::unordered_set<PyObject*> codes_;
  std::vector<PyRef> objects_;        // by ThreadIndex
  std::vector<std::uint64_t> asked_;  // by ThreadIndex: see Interleaver::park_until_change
  std::vector<bool> asked_in_round_;  // by ThreadIndex
  bool end_heard_in_round_ = false;
  PyRef heard_;
  std::vector<worker_protocol::WireRun::Launch> launches_;
  ThreadIndex launch_first_ = 0;  // of the running launch
  std::uint64_t exceptions_ = 0;
  ThreadIndex passed_last_ = kMainIndex;  // passed the guard and has not met a yield point since
  bool harness_error_ = false;
};

}  // namespace straylane
