#include "domain/finding.h"

namespace straylane {

const char* to_string(Confirmed confirmed) {
  switch (confirmed) {
    case Confirmed::kStock:
      return "stock";
    case Confirmed::kNo:
      return "no";
    case Confirmed::kNotTried:
      return "not-tried";
  }
  return "?";
}

}  // namespace straylane
