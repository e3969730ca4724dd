#include "targets/numba/worker/module_watch.h"

#include <utility>

namespace straylane {
namespace {

std::string repr_of(PyObject* object) {
  if (object == nullptr) return "(absent)";
  const PyRef repr(PyObject_Repr(object));
  if (!repr) PyErr_Clear();
  return text_of(repr.get());
}

}  // namespace

void ModuleWatch::watch(std::string module, PyObject* globals) {
  Py_INCREF(globals);
  modules_.push_back({std::move(module), globals, PyDict_Copy(globals)});
}

std::vector<std::string> ModuleWatch::changes() const {
  std::vector<std::string> changes;
  const auto compare = [&](const Module& module, PyObject* one, PyObject* other, bool only_new) {
    Py_ssize_t place = 0;
    PyObject* name = nullptr;
    PyObject* value = nullptr;
    while (changes.size() < kChangesMax && PyDict_Next(one, &place, &name, &value) != 0) {
      PyObject* there = PyDict_GetItemWithError(other, name);
      if (there == value || (only_new && there != nullptr)) continue;
      const std::string label = module.name + "." + text_of(name);
      changes.push_back(only_new ? label + ": (absent) -> " + repr_of(value)
                                 : label + ": " + repr_of(value) + " -> " + repr_of(there));
    }
  };
  for (const Module& module : modules_) {
    compare(module, module.before, module.globals, false);
    if (PyDict_Size(module.globals) != PyDict_Size(module.before)) {
      compare(module, module.globals, module.before, true);
    }
  }
  return changes;
}

}  // namespace straylane
