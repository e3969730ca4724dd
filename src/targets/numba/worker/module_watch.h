#pragma once

#include <string>
#include <vector>

#include "targets/numba/worker/py.h"

namespace straylane {

// Which object every global name of the watched modules stands for, so that what a case did not put back is seen.
class ModuleWatch {
 public:
  // Takes the module's state as it is now for how it must be; `globals` is kept.
  void watch(std::string module, PyObject* globals);
  // "module.name: before -> after" for every name that differs, in the order of the modules; at most kChangesMax.
  std::vector<std::string> changes() const;

  static constexpr std::size_t kChangesMax = 8;

 private:
  struct Module {
    std::string name;
    PyObject* globals;
    PyObject* before;  // a copy
  };
  std::vector<Module> modules_;
};

}  // namespace straylane
