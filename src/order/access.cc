#include "order/access.h"

namespace straylane {

const char* to_string(Access access) {
  switch (access) {
    case Access::kRead:
    case Access::kCopy:
      return "read";
    case Access::kWrite:
      return "write";
    case Access::kAtomic:
      return "atomic access";
  }
  return "access";
}

}  // namespace straylane
