#include "targets/numba/worker/case_runner.h"

#include <algorithm>

#include "targets/numba/worker/simulated_threads.h"
#include "targets/worker/case_strategy.h"
#include "targets/worker/wire_results.h"

namespace straylane {
namespace {

// Python's cyclic collector runs between cases only: inside one it would be a source of chance.
constexpr std::uint64_t kCasesPerCollection = 256;

SimulatedThreads& threads() { return SimulatedThreads::instance(); }

std::string text_of(PyObject* object) {
  const char* text = object == nullptr ? nullptr : PyUnicode_AsUTF8AndSize(object, nullptr);
  if (text != nullptr) return text;
  PyErr_Clear();
  return "?";
}

// The pending Python exception as one line; clears it.
std::string take_exception() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  const PyRef owns_type(type), owns_value(value), owns_traceback(traceback);
  const PyRef name(PyObject_GetAttrString(type, "__name__"));
  const PyRef message(PyObject_Str(value));
  return text_of(name.get()) + ": " + text_of(message.get());
}

}  // namespace

worker_protocol::Hello CaseRunner::start(const char* program, const char* granularity) {
  worker_protocol::Hello hello;
  driver_ = PyRef(PyImport_ImportModule("straylane_numba.driver"));
  const PyRef info(driver_ ? PyObject_CallMethod(driver_.get(), "start", "ss", program, granularity) : nullptr);
  if (!info) {
    hello.error = take_exception();
    return hello;
  }
  hello.system = {text_of(PyDict_GetItemString(info.get(), "python")),
                  text_of(PyDict_GetItemString(info.get(), "numba")),
                  text_of(PyDict_GetItemString(info.get(), "path"))};
  return hello;
}

// False where later launches must not be made: this one raised or the run was given up.
bool CaseRunner::launch_one(const Settings& s) {
  threads().begin_launch();
  const PyRef result(PyObject_CallMethod(driver_.get(), "launch", "LLLL", static_cast<long long>(s.array_size),
                                         static_cast<long long>(s.buffer_size), static_cast<long long>(s.n_threads),
                                         static_cast<long long>(s.block_size)));
  if (!result) {
    PyErr_Print();
    throw std::runtime_error("the driver failed");
  }
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  PyBytes_AsStringAndSize(PyTuple_GetItem(result.get(), 0), &bytes, &size);
  std::vector<float> output(static_cast<std::size_t>(size) / sizeof(float));
  std::copy_n(bytes, output.size() * sizeof(float), reinterpret_cast<char*>(output.data()));
  threads().finish_launch(std::move(output), PyTuple_GetItem(result.get(), 1));
  return PyTuple_GetItem(result.get(), 1) == Py_None && !threads().interleaver().unwinding();
}

worker_protocol::WireRun CaseRunner::run(const Case& c, const RunOptions& options) {
  if (cases_++ % kCasesPerCollection == 0) PyRef(PyObject_CallMethod(driver_.get(), "collect", nullptr));
  PyRef(PyObject_CallMethod(driver_.get(), "between_cases", nullptr));
  if (c.program != selected_) {
    if (!PyRef(PyObject_CallMethod(driver_.get(), "select", "s", c.program.c_str()))) {
      throw std::runtime_error(take_exception());
    }
    selected_ = c.program;
  }

  SiteTable& sites = threads().sites();
  const SiteNumber number_of = [&sites](const Site& site) {
    const std::uint32_t number = sites.find(site);
    return number != SiteTable::kNone ? number : sites.add(site);
  };
  const SiteOf site_of = [&sites](std::uint32_t number) { return sites.sites()[number]; };
  const auto strategy = strategy_of(c, options, number_of, site_of);

  Interleaver& interleaver = threads().interleaver();
  threads().begin_case(options.events);
  interleaver.begin(*strategy, {.steps_max = options.steps_max, .trace = options.trace});
  for (const Settings& settings : c.launches) {
    if (!launch_one(settings)) break;
  }
  const bool drained = threads().end_case();

  worker_protocol::WireRun run;
  fill_wire_results(run, interleaver, *strategy);
  run.launches = threads().launches();
  run.events = threads().events().take();
  run.module_changes = watch_.changes();
  run.dirty = !drained || !run.module_changes.empty();
  send_new_sites(run, sites, sites_sent_);
  return run;
}

}  // namespace straylane
