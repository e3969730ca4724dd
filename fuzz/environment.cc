#include <cstdlib>

#include "fuzz/fuzz_target.h"

namespace straylane {

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == 0 ? otherwise : value;
}

}  // namespace straylane
