#include "cli/verbs.h"

namespace straylane {

Run add_fuzz(CLI::App&) {
  return [] { return report_error({ErrorCode::kUnsupported, "not built yet"}); };
}

}  // namespace straylane
