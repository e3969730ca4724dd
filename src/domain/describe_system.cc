#include "domain/describe_system.h"

namespace straylane {

std::string describe(const System& system) {
  const std::string python = system.python.empty() ? "" : ", Python " + system.python;
  return system.software + python + " at " + system.path;
}

}  // namespace straylane
