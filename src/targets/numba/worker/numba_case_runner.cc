#include <stdexcept>

#include "program/program.h"
#include "targets/numba/worker/module.h"
#include "targets/numba/worker/simulated_threads.h"
#include "targets/worker/observe.h"

namespace straylane {
namespace {

// Python's cyclic collector runs between cases only, because inside a case it would be a source of chance.
constexpr std::uint64_t kCasesPerCollection = 256;

ElementType element_type(const std::string& name) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(ElementType::kFloat64); ++i) {
    if (name == to_string(static_cast<ElementType>(i))) return static_cast<ElementType>(i);
  }
  throw std::runtime_error("an output of type " + name);
}

// Converts (name, type, shape, bytes).
Output output_from(PyObject* described, std::uint32_t call) {
  Output output{.call = call,
                .name = text_of(PyTuple_GetItem(described, 0)),
                .type = element_type(text_of(PyTuple_GetItem(described, 1)))};
  PyObject* shape = PyTuple_GetItem(described, 2);
  for (Py_ssize_t i = 0; i < PyTuple_Size(shape); ++i) {
    output.shape.push_back(PyLong_AsLongLong(PyTuple_GetItem(shape, i)));
  }
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  PyBytes_AsStringAndSize(PyTuple_GetItem(described, 3), &bytes, &size);
  output.bytes.assign(bytes, bytes + size);
  return output;
}

// Returns the pending Python exception as one line, and clears it.
std::string take_exception() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  const PyRef owns_type(type), owns_value(value), owns_traceback(traceback);
  const PyRef name(PyObject_GetAttrString(type, "__name__"));
  const PyRef message(PyObject_Str(value));
  return text_of(name.get()) + ": " + text_of(message.get());
}

// Runs cases on the simulator, one after another, in the worker's process.
class NumbaCaseRunner {
 public:
  // Imports the simulator and the program, instrumented. The hello has an error if that fails.
  worker_protocol::Hello start(const char* program, const char* granularity) {
    worker_protocol::Hello hello;
    driver_ = PyRef(PyImport_ImportModule("straylane_numba.driver"));
    const PyRef info(driver_ ? PyObject_CallMethod(driver_.get(), "start", "ss", program, granularity) : nullptr);
    if (!info) {
      hello.error = take_exception();
      return hello;
    }
    call_ = PyRef(PyObject_GetAttrString(driver_.get(), "call"));
    hello.schema = program_named(program).schema;
    hello.system = texts_from<System>(info.get());
    return hello;
  }

  worker_protocol::WireRun run(const Case& c, const RunOptions& options) {
    if (cases_++ % kCasesPerCollection == 0) PyRef(PyObject_CallMethod(driver_.get(), "collect", nullptr));
    PyRef(PyObject_CallMethod(driver_.get(), "between_cases", nullptr));
    if (c.program != selected_) {
      if (!PyRef(PyObject_CallMethod(driver_.get(), "select", "s", c.program.c_str()))) {
        throw std::runtime_error(take_exception());
      }
      selected_ = c.program;
    }

    const auto strategy = strategy_of(c, options, threads().sites());
    Interleaver& interleaver = threads().interleaver();
    threads().begin_case(options.events);
    interleaver.begin(*strategy, {.steps_max = options.steps_max, .trace = options.trace});
    worker_protocol::WireRun run;
    for (const Settings& settings : c.calls) {
      if (!call_one(settings, run)) break;
    }
    const bool drained = threads().end_case();

    fill_wire_results(run, interleaver, *strategy, threads().sites());
    run.wire_launches = threads().launches();
    run.events = threads().events().take();
    const PyRef changes(PyObject_CallMethod(driver_.get(), "module_changes", nullptr));
    if (!changes) throw std::runtime_error(take_exception());
    for (Py_ssize_t i = 0; i < PyList_Size(changes.get()); ++i) {
      run.module_changes.push_back(text_of(PyList_GetItem(changes.get(), i)));
    }
    run.dirty = !drained || !run.module_changes.empty();
    return run;
  }

 private:
  // Makes one call of the program. Returns false if no more calls must be made: this one raised, or the run was given
  // up.
  bool call_one(const Settings& settings, worker_protocol::WireRun& run) {
    const auto call = static_cast<std::uint32_t>(threads().launches().size());
    threads().begin_launch();
    const PyRef arguments(PyTuple_New(static_cast<Py_ssize_t>(settings.size())));
    for (std::size_t i = 0; i < settings.size(); ++i) {
      PyTuple_SetItem(arguments.get(), static_cast<Py_ssize_t>(i), PyLong_FromLongLong(settings[i]));
    }
    const PyRef result(PyObject_CallObject(call_.get(), arguments.get()));
    if (!result) {
      PyErr_Print();
      throw std::runtime_error("the driver failed");
    }
    PyObject* launch = PyTuple_GetItem(result.get(), 0);
    PyObject* raised = PyTuple_GetItem(result.get(), 1);
    PyObject* outputs = PyTuple_GetItem(result.get(), 2);
    threads().finish_launch(launch, raised);
    for (Py_ssize_t i = 0; i < PyList_Size(outputs); ++i) {
      run.outputs.push_back(output_from(PyList_GetItem(outputs, i), call));
    }
    return raised == Py_None && !threads().interleaver().unwinding();
  }

  PyRef driver_;          // the Python module straylane_numba.driver
  PyRef call_;            // its function
  std::string selected_;  // the canary that the driver calls
  std::uint64_t cases_ = 0;
};

}  // namespace

void serve_cases(int socket, const char* program, const char* granularity) {
  static auto* const runner = new NumbaCaseRunner;  // never destroyed, because it owns Python objects
  worker_protocol::serve(socket, runner->start(program, granularity),
                         [](const Case& c, const RunOptions& options) { return runner->run(c, options); });
}

}  // namespace straylane
