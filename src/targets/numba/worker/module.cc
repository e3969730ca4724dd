// The native half of the numba worker: `_straylane_numba`, loaded by the interpreter under test.

#include "targets/numba/worker/module.h"

#include <exception>

#include "targets/numba/worker/simulated_threads.h"

namespace straylane {
namespace {

// add_site(file, function, statement, occurrence, line, kind, end_line, end_column) -> number
PyObject* add_site(PyObject*, PyObject* args) {
  const char *file = nullptr, *function = nullptr, *statement = nullptr, *kind = nullptr;
  std::uint32_t occurrence = 0, line = 0, end_line = 0, end_column = 0;
  if (PyArg_ParseTuple(args, "sssIIsII", &file, &function, &statement, &occurrence, &line, &kind, &end_line,
                       &end_column) == 0) {
    return nullptr;
  }
  return PyLong_FromUnsignedLong(
      threads().sites().add({file, function, statement, occurrence, line, kind, end_line, end_column}));
}

// add_place(file, function, statement, line, variable) -> number of a place that reads or writes a shared variable
PyObject* add_place(PyObject*, PyObject* args) {
  const char *file = nullptr, *function = nullptr, *statement = nullptr, *variable = nullptr;
  std::uint32_t line = 0;
  if (PyArg_ParseTuple(args, "sssIs", &file, &function, &statement, &line, &variable) == 0) return nullptr;
  return PyLong_FromUnsignedLong(
      threads().variables().add_place({file, function, statement, 0, line, "value"}, variable));
}

PyObject* add_code(PyObject*, PyObject* code) {
  threads().add_code(code);
  Py_RETURN_NONE;
}

PyObject* watch_module(PyObject*, PyObject* args) {
  const char* name = nullptr;
  PyObject* globals = nullptr;
  if (PyArg_ParseTuple(args, "sO!", &name, &PyDict_Type, &globals) == 0) return nullptr;
  threads().variables().watch(name, globals);
  Py_RETURN_NONE;
}

// serve(fd, program, granularity): says hello, then runs cases until the other side closes.
PyObject* serve(PyObject*, PyObject* args) {
  int fd = -1;
  const char *program = nullptr, *granularity = nullptr;
  if (PyArg_ParseTuple(args, "iss", &fd, &program, &granularity) == 0) return nullptr;
  try {
    serve_cases(fd, program, granularity);
  } catch (const std::exception& error) {
    return PyErr_Format(PyExc_RuntimeError, "worker: %s", error.what());
  }
  Py_RETURN_NONE;
}

// listen(list or None): see SimulatedThreads.
PyObject* listen(PyObject*, PyObject* list) {
  threads().listen(list == Py_None ? nullptr : list);
  Py_RETURN_NONE;
}

// set_up(run_thread): the driver's function that runs a simulated thread.
PyObject* set_up(PyObject* module, PyObject* run_thread) {
  const PyRef unwound(PyObject_GetAttrString(module, "Unwound"));
  if (!unwound) return nullptr;
  threads().set_up(run_thread, unwound.get());
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {
    {"add_site", add_site, METH_VARARGS, nullptr},
    {"add_code", add_code, METH_O, nullptr},
    {"add_place", add_place, METH_VARARGS, nullptr},
    {"watch_module", watch_module, METH_VARARGS, nullptr},
    {"set_up", set_up, METH_O, nullptr},
    {"serve", serve, METH_VARARGS, nullptr},
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
  if (!module || PyModule_AddFunctions(module.get(), kHooks) != 0 || !set_up_hooks()) return nullptr;
  // A BaseException, so the simulator's own `except Exception` does not take it for a failure of the kernel.
  PyRef unwound(PyErr_NewException("_straylane_numba.Unwound", PyExc_BaseException, nullptr));
  if (!unwound || PyModule_AddObject(module.get(), "Unwound", unwound.release()) != 0) return nullptr;
  return module.release();
}
