#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "targets/numba/worker/py.h"
#include "targets/worker/event_log.h"

namespace straylane {

// Sees the values of shared names change, where a run is asked for events. Two ways, both sound for as long as only one
// thread runs at a time:
//
//   global names of the watched modules are compared at every yield point with what they stood for at the last one: a
//   change was made by the thread that ran in between, whatever code made it. The same object changed in place is not
//   seen
//   what the program reads of its module's global names, and reads and writes of attributes of the objects it shares by
//   closure, comes from hooks in its source (python/observed_names.py)
//
// Texts of values have no addresses: the same run gives the same events.
class VariableWatch {
 public:
  void watch(const std::string& module, PyObject* globals);
  // A place in the program's source that reads or writes `variable`; gives its number.
  std::uint32_t add_place(Site site, std::string variable);

  void begin_case();
  void end_case();
  // The running thread is at a yield point, `site`: what has changed since the last one?
  void compare(EventLog& log, const Site& site);
  void read(EventLog& log, std::uint32_t place, PyObject* value);
  void write(EventLog& log, std::uint32_t place, PyObject* value);

 private:
  struct Module {
    std::string name;  // its last part
    PyObject* globals;
    PyRef seen;  // a copy of `globals` as they were at the last yield point
  };
  struct Place {
    Site site;
    std::string variable;
  };

  static void compare_module(EventLog& log, const Site& site, Module& module);

  std::vector<Module> modules_;
  std::vector<Place> places_;
  std::map<std::string, std::string> attributes_;  // as they were last read or written
};

// A module by its name, numbers and strings and collections of them as Python prints them, anything else by its type.
std::string value_text(PyObject* value);

}  // namespace straylane
