#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "targets/numba/worker/py.h"
#include "targets/worker/event_log.h"

namespace straylane {

// Sees the values of shared names change, if a run is asked for events. There are two ways. Both are sound as long as
// only one thread runs at a time.
//
// - The global names of the watched modules are compared at every yield point with their objects at the last one. The
//   thread that ran in between made the change, whatever code made it. A change inside an object is not seen.
// - Hooks in the program's source (python/observed_names.py) report reads of its module's global names, and reads and
//   writes of attributes of the objects that it shares by closure.
//
// The texts of values contain no addresses, so the same run gives the same events.
class VariableWatch {
 public:
  void watch(const std::string& module, PyObject* globals);
  // Adds a place in the program's source that reads or writes `variable`. Returns its number.
  std::uint32_t add_place(Site site, std::string variable);

  void begin_case();
  void end_case();
  // Logs what has changed since the last yield point. The running thread is at the yield point `site`.
  void compare(EventLog& log, const Site& site);
  void read(EventLog& log, std::uint32_t place, PyObject* value);
  void write(EventLog& log, std::uint32_t place, PyObject* value);

 private:
  struct Module {
    std::string name;  // the last part of the module's name
    PyObject* globals;
    PyRef seen;  // a copy of `globals`, as it was at the last yield point
  };
  struct Place {
    Site site;
    std::string variable;
  };

  std::vector<Module> modules_;
  std::vector<Place> places_;
  std::map<std::string, std::string> attributes_;  // values as last read or written, by variable
};

}  // namespace straylane
