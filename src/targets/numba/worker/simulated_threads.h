#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "interleave/interleaver.h"
#include "targets/numba/worker/py.h"
#include "targets/numba/worker/variable_watch.h"
#include "targets/worker/event_log.h"
#include "targets/worker/protocol.h"
#include "targets/worker/site_table.h"

namespace straylane {

// The state of the worker: the interleaver, with one interpreter thread state per fiber; the sites; and what the
// simulated threads of the running case have done so far. There is one per process (`threads`), on the interpreter's
// main thread.
class SimulatedThreads final : public Interleaver::Backend {
 public:
  Interleaver& interleaver() { return interleaver_; }
  SiteTable& sites() { return sites_; }
  VariableWatch& variables() { return variables_; }
  EventLog& events() { return events_; }

  // Sets the driver's function that runs a thread, and the exception that unwinds one. Keeps both. Called once.
  void set_up(PyObject* run_thread, PyObject* unwound);

  void add_code(PyObject* code);
  bool is_instrumented(PyObject* code) const { return codes_.count(code) != 0; }

  // Lifecycle of a case: begin_case; for each launch begin_launch, `spawn`, finish_launch; end_case.
  void begin_case(bool events);
  void begin_launch();
  // `launch` is (kernel, grid, block). `raised` is None or (type, message, function).
  void finish_launch(PyObject* launch, PyObject* raised);
  // Drains and drops the threads. Returns false if the worker is dirty because a thread had to be unwound instead.
  bool end_case();

  // Starts `thread`, an object with a method `run`. Returns its index, or -1 with a Python exception.
  std::int64_t spawn(PyObject* thread);
  PyObject* current_thread() const;  // borrowed; null in `m`
  void passed_guard();

  // yield_point, block and asks return false, with the Python exception Unwound, if the run has been given up.
  bool yield_point(std::uint32_t site);
  bool block(const void* key);
  // Notes that `m` asks whether `thread` is alive. Parks `m` if nothing has changed since it last asked about this
  // thread: it has then seen everything else that it polls (the flags of a barrier) since the last change. Does not
  // park `m` in a round of questions in which it has heard of an end, because it acts on all answers of the round
  // first.
  bool asks(ThreadIndex thread);

  // Appends the site of every yield point that is passed outside a case to `list`, until called with null. For the test
  // of the yield points.
  void listen(PyObject* list);
  bool wants_yield_points() const { return interleaver_.active() || heard_; }

  const std::vector<worker_protocol::WireRun::Launch>& launches() const { return launches_; }

 private:
  void on_switch(Fiber& from, Fiber& to) override;
  static void thread_main(void* argument);
  bool raise_unwound() const;
  void note_changes(std::uint32_t site);

  Interleaver interleaver_{this};
  EventLog events_{interleaver_};
  VariableWatch variables_;
  SiteTable sites_;
  PyRef run_thread_;
  PyRef unwound_;
  std::unordered_set<PyObject*> codes_;
  std::vector<PyRef> objects_;        // by ThreadIndex
  std::vector<std::uint64_t> asked_;  // by ThreadIndex (see Interleaver::park_until_change)
  std::vector<bool> asked_in_round_;  // by ThreadIndex
  bool end_heard_in_round_ = false;
  PyRef heard_;
  std::vector<worker_protocol::WireRun::Launch> launches_;
  ThreadIndex launch_first_ = 0;  // the first thread of the running launch
  std::uint64_t exceptions_ = 0;
  ThreadIndex passed_last_ = kMainIndex;  // has passed the guard, and no yield point since
  bool harness_error_ = false;
};

SimulatedThreads& threads();

}  // namespace straylane
