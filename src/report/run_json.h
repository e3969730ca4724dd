#pragma once

#include <string>

#include "report/run_record.h"

namespace straylane {

// A run as one JSON document, format "straylane-report/1" (docs/reports.md): its targets and findings as `hunt --json`
// has them, with the place of each failure, and of campaigns the last tick of their statistics and their buckets.
std::string render_run_json(const RunRecord& run);

}  // namespace straylane
