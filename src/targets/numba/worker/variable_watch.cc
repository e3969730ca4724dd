#include "targets/numba/worker/variable_watch.h"

#include <utility>

namespace straylane {
namespace {

std::string type_name(PyObject* value) {
  const PyRef name(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(value)), "__name__"));
  return text_of(name.get());
}

// Returns whether the printed form of a value is the value, without an address.
bool prints_its_value(PyObject* value) {
  if (value == Py_None || PyBool_Check(value) || PyLong_Check(value) || PyFloat_Check(value)) return true;
  return PyUnicode_Check(value) || PyBytes_Check(value);
}

// Returns numbers and strings as Python prints them, a module by its name, and any other value by its type.
std::string value_text(PyObject* value) {
  if (value == nullptr) return "(absent)";
  if (prints_its_value(value)) {
    const PyRef repr(PyObject_Repr(value));
    return text_of(repr.get());
  }
  if (PyObject_TypeCheck(value, &PyModule_Type)) {
    const PyRef name(PyObject_GetAttrString(value, "__name__"));
    return "module " + text_of(name.get());
  }
  return type_name(value) + " object";
}

}  // namespace

void VariableWatch::watch(const std::string& module, PyObject* globals) {
  Py_INCREF(globals);
  modules_.push_back({module.substr(module.find_last_of('.') + 1), globals, {}});
}

std::uint32_t VariableWatch::add_place(Site site, std::string variable) {
  places_.push_back({std::move(site), std::move(variable)});
  return static_cast<std::uint32_t>(places_.size() - 1);
}

void VariableWatch::begin_case() {
  for (Module& module : modules_) module.seen = PyRef(PyDict_Copy(module.globals));
  attributes_.clear();
}

void VariableWatch::end_case() {
  for (Module& module : modules_) module.seen = PyRef();
}

void VariableWatch::compare(EventLog& log, const Site& site) {
  for (Module& module : modules_) {
    bool changed = false;
    const auto note = [&](PyObject* name, PyObject* before, PyObject* after) {
      changed = true;
      log.add(Event::Kind::kWrite, site, module.name + "." + text_of(name), value_text(before), value_text(after));
    };
    Py_ssize_t place = 0;
    PyObject *name = nullptr, *value = nullptr;
    while (PyDict_Next(module.globals, &place, &name, &value) != 0) {
      PyObject* before = PyDict_GetItemWithError(module.seen.get(), name);
      if (before != value) note(name, before, value);
    }
    if (!changed && PyDict_Size(module.seen.get()) <= PyDict_Size(module.globals)) continue;
    place = 0;
    while (PyDict_Next(module.seen.get(), &place, &name, &value) != 0) {
      if (PyDict_GetItemWithError(module.globals, name) == nullptr) note(name, value, nullptr);
    }
    module.seen = PyRef(PyDict_Copy(module.globals));
  }
}

void VariableWatch::read(EventLog& log, std::uint32_t place, PyObject* value) {
  const Place& p = places_.at(place);
  std::string text = value_text(value);
  log.add(Event::Kind::kRead, p.site, p.variable, "", text);
  attributes_[p.variable] = std::move(text);
}

void VariableWatch::write(EventLog& log, std::uint32_t place, PyObject* value) {
  const Place& p = places_.at(place);
  std::string& known = attributes_.try_emplace(p.variable, "?").first->second;
  log.add(Event::Kind::kWrite, p.site, p.variable, known, value_text(value));
  known = value_text(value);
}

}  // namespace straylane
