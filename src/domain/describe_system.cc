#include "domain/describe_system.h"

namespace straylane {

std::string describe(const System& system) {
  const std::string python = system.python.empty() ? "" : ", Python " + system.python;
  return system.numba + python + " at " + system.path;
}

}  // namespace straylane
