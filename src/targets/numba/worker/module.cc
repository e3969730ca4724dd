// The native half of the numba worker: `_straylane_numba`, loaded by the interpreter under test.

#include <exception>
#include <string>

#include "targets/numba/worker/hooks.h"
#include "targets/numba/worker/numba_case_runner.h"
#include "targets/numba/worker/simulated_threads.h"
#include "targets/worker/serve.h"

namespace straylane {
namespace {

NumbaCaseRunner& runner() {
  static auto* runner = new NumbaCaseRunner;
  return *runner;
}

PyObject* hooks(PyObject*, PyObject*) { return hooks_dict(); }

// add_site(file, function, statement, occurrence, line, kind, first_line, end_line, end_column) -> number
PyObject* add_site(PyObject*, PyObject* args) {
  Site site;
  const char *file = nullptr, *function = nullptr, *statement = nullptr, *kind = nullptr;
  unsigned int first_line = 0;
  if (PyArg_ParseTuple(args, "sssIIsIII", &file, &function, &statement, &site.occurrence, &site.line, &kind,
                       &first_line, &site.end_line, &site.end_column) == 0) {
    return nullptr;
  }
  site.file = file;
  site.function = function;
  site.statement = statement;
  site.kind = kind;
  return PyLong_FromUnsignedLong(SimulatedThreads::instance().sites().add(std::move(site)));
}

// add_place(file, function, statement, line, variable) -> number of a place that reads or writes a shared variable
PyObject* add_place(PyObject*, PyObject* args) {
  Site site;
  const char *file = nullptr, *function = nullptr, *statement = nullptr, *variable = nullptr;
  if (PyArg_ParseTuple(args, "sssIs", &file, &function, &statement, &site.line, &variable) == 0) return nullptr;
  site.file = file;
  site.function = function;
  site.statement = statement;
  site.kind = "value";
  return PyLong_FromUnsignedLong(SimulatedThreads::instance().variables().add_place(std::move(site), variable));
}

PyObject* add_code(PyObject*, PyObject* code) {
  SimulatedThreads::instance().add_code(code);
  Py_RETURN_NONE;
}

PyObject* watch_module(PyObject*, PyObject* args) {
  const char* name = nullptr;
  PyObject* globals = nullptr;
  if (PyArg_ParseTuple(args, "sO!", &name, &PyDict_Type, &globals) == 0) return nullptr;
  runner().watch().watch(name, globals);
  SimulatedThreads::instance().variables().watch(name, globals);
  Py_RETURN_NONE;
}

// yield_at(site): what a trace function calls at granularity "opcode".
PyObject* yield_at(PyObject*, PyObject* site) {
  if (!SimulatedThreads::instance().yield_point(static_cast<std::uint32_t>(PyLong_AsLong(site)))) return nullptr;
  Py_RETURN_NONE;
}

// serve(fd, program, granularity): says hello, then runs cases until the other side closes.
PyObject* serve_cases(PyObject*, PyObject* args) {
  int fd = -1;
  const char *program = nullptr, *granularity = nullptr;
  if (PyArg_ParseTuple(args, "iss", &fd, &program, &granularity) == 0) return nullptr;
  const auto hello = runner().start(program, granularity);
  try {
    serve(fd, hello, [](const Case& c, const RunOptions& options) { return runner().run(c, options); });
  } catch (const std::exception& error) {
    return PyErr_Format(PyExc_RuntimeError, "worker: %s", error.what());
  }
  Py_RETURN_NONE;
}

// listen(list or None): see SimulatedThreads.
PyObject* listen(PyObject*, PyObject* list) {
  SimulatedThreads::instance().listen(list == Py_None ? nullptr : list);
  Py_RETURN_NONE;
}

// set_up(run_thread): the driver's function that runs a simulated thread.
PyObject* set_up(PyObject* module, PyObject* run_thread) {
  const PyRef unwound(PyObject_GetAttrString(module, "Unwound"));
  if (!unwound) return nullptr;
  SimulatedThreads::instance().set_up(run_thread, unwound.get());
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {
    {"hooks", hooks, METH_NOARGS, nullptr},
    {"add_site", add_site, METH_VARARGS, nullptr},
    {"add_code", add_code, METH_O, nullptr},
    {"add_place", add_place, METH_VARARGS, nullptr},
    {"watch_module", watch_module, METH_VARARGS, nullptr},
    {"yield_at", yield_at, METH_O, nullptr},
    {"set_up", set_up, METH_O, nullptr},
    {"serve", serve_cases, METH_VARARGS, nullptr},
    {"listen", listen, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef kModule = {
    PyModuleDef_HEAD_INIT, "_straylane_numba", nullptr, -1, kFunctions, nullptr, nullptr, nullptr, nullptr};

}  // namespace
}  // namespace straylane

PyMODINIT_FUNC PyInit__straylane_numba() {
  using namespace straylane;
  PyRef module(PyModule_Create(&kModule));
  if (!module || PyModule_AddFunctions(module.get(), kThreadingFunctions) != 0 || !set_up_hooks()) return nullptr;
  // A BaseException, so that the simulator's own `except Exception` does not take it for a failure of the kernel.
  PyRef unwound(PyErr_NewException("_straylane_numba.Unwound", PyExc_BaseException, nullptr));
  if (!unwound || PyModule_AddObject(module.get(), "Unwound", unwound.release()) != 0) return nullptr;
  return module.release();
}
