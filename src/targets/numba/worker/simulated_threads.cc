#include "targets/numba/worker/simulated_threads.h"

namespace straylane {

SimulatedThreads& threads() {
  // Never destroyed, because fibers hold interpreter state until the process exits.
  static auto* const threads = new SimulatedThreads;
  return *threads;
}

void SimulatedThreads::set_up(PyObject* run_thread, PyObject* unwound) {
  run_thread_ = PyRef::share(run_thread);
  unwound_ = PyRef::share(unwound);
}

void SimulatedThreads::add_code(PyObject* code) {
  Py_INCREF(code);  // kept, so that no other object gets its address
  codes_.insert(code);
}

void SimulatedThreads::on_switch(Fiber& from, Fiber& to) {
  if (to.user == nullptr) to.user = PyThreadState_New(PyInterpreterState_Get());
  from.user = PyThreadState_Swap(static_cast<PyThreadState*>(to.user));
}

void SimulatedThreads::begin_case(bool events) {
  events_.begin(events);
  if (events) variables_.begin_case();
  objects_.clear();
  asked_.clear();
  asked_in_round_.clear();
  end_heard_in_round_ = false;
  launches_.clear();
  launch_first_ = 0;
  exceptions_ = 0;
  harness_error_ = false;
}

void SimulatedThreads::begin_launch() {
  launches_.push_back({.call = static_cast<std::uint32_t>(launches_.size())});
  launch_first_ = static_cast<ThreadIndex>(objects_.size());
}

void SimulatedThreads::finish_launch(PyObject* launch, PyObject* raised) {
  const auto number = [launch](Py_ssize_t place) {
    return static_cast<std::int32_t>(PyLong_AsLong(PyTuple_GetItem(launch, place)));
  };
  launches_.back().kernel = text_of(PyTuple_GetItem(launch, 0));
  launches_.back().grid.x = number(1);
  launches_.back().block.x = number(2);
  if (raised != Py_None) launches_.back().raised = texts_from<ThrownException>(raised);
}

bool SimulatedThreads::end_case() {
  const bool drained = interleaver_.drain();
  variables_.end_case();
  objects_.clear();
  return drained && !harness_error_;
}

std::int64_t SimulatedThreads::spawn(PyObject* thread) {
  if (launches_.empty()) {
    PyErr_SetString(PyExc_RuntimeError, "a thread was started outside a launch");
    return -1;
  }
  const auto launch = static_cast<std::int32_t>(launches_.size() - 1);
  const auto index = static_cast<std::int32_t>(objects_.size() - launch_first_);
  objects_.push_back(PyRef::share(thread));
  launches_.back().passed_guard.push_back(0);
  return interleaver_.spawn({launch, index}, &thread_main, thread);
}

void SimulatedThreads::thread_main(void* thread) {
  SimulatedThreads& self = threads();
  const PyRef exception(PyObject_CallFunctionObjArgs(self.run_thread_.get(), thread, nullptr));
  self.note_changes(self.interleaver_.current_site());
  if (!exception) {
    PyErr_Print();
    self.harness_error_ = true;
  } else if (exception.get() != Py_None) {
    const ThreadId id = self.interleaver_.current_id();
    self.launches_[static_cast<std::size_t>(id.launch)].exceptions.push_back(
        {static_cast<std::uint32_t>(id.index), ++self.exceptions_, texts_from<ThrownException>(exception.get())});
  }
  // The next thread on this fiber must not see the state of this one, such as numpy's error settings.
  if (PyObject* state = PyThreadState_GetDict()) PyDict_Clear(state);
  self.interleaver_.at_site(0);
}

PyObject* SimulatedThreads::current_thread() const {
  const ThreadIndex current = interleaver_.current();
  return current == kMainIndex ? nullptr : objects_[current].get();
}

void SimulatedThreads::passed_guard() {
  const ThreadId id = interleaver_.current_id();
  if (!interleaver_.active() || id.is_main()) return;
  launches_[static_cast<std::size_t>(id.launch)].passed_guard[static_cast<std::size_t>(id.index)] = 1;
  passed_last_ = interleaver_.current();
}

bool SimulatedThreads::raise_unwound() const {
  if (PyErr_Occurred() == nullptr) PyErr_SetString(unwound_.get(), "the run has been given up");
  return false;
}

bool SimulatedThreads::yield_point(std::uint32_t site) {
  if (heard_) {
    const PyRef number(PyLong_FromUnsignedLong(site));
    return number && PyList_Append(heard_.get(), number.get()) == 0;
  }
  if (passed_last_ == interleaver_.current() && passed_last_ != kMainIndex) {
    const ThreadId id = interleaver_.current_id();
    auto& after = launches_[static_cast<std::size_t>(id.launch)].after_guard;
    after.push_back(static_cast<std::uint32_t>(id.index));
    after.push_back(site);
    passed_last_ = kMainIndex;
  }
  note_changes(site);
  return interleaver_.yield_point(site) || raise_unwound();
}

void SimulatedThreads::note_changes(std::uint32_t site) {
  if (events_.wanted()) variables_.compare(events_, sites_.sites()[site]);
}

bool SimulatedThreads::block(const void* key) {
  note_changes(interleaver_.current_site());
  return interleaver_.block(key) || raise_unwound();
}

bool SimulatedThreads::asks(ThreadIndex thread) {
  if (asked_in_round_.size() <= thread) asked_in_round_.resize(objects_.size());
  if (asked_in_round_[thread]) {
    asked_in_round_.assign(objects_.size(), false);
    end_heard_in_round_ = false;
  }
  asked_in_round_[thread] = true;
  if (asked_.size() <= thread) asked_.resize(objects_.size());
  if (end_heard_in_round_) asked_[thread] = 0;  // as if `m` asked for the first time, so it does not park
  if (!interleaver_.ended(thread)) {
    note_changes(interleaver_.current_site());
    if (!interleaver_.park_until_change(asked_[thread])) return raise_unwound();
  }
  if (interleaver_.ended(thread)) end_heard_in_round_ = true;
  return true;
}

void SimulatedThreads::listen(PyObject* list) { heard_ = PyRef::share(list); }

}  // namespace straylane
