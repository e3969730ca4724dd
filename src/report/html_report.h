#pragma once

#include <string>

#include "report/run_record.h"

namespace straylane {

// A run as one self-contained HTML page: no script, nothing that is loaded (its content policy forbids both), readable
// from 360 px on, light and dark as the reader's system is. Confirmed findings, those that a stock system did not show,
// and those of targets without one stand apart, in this order.
std::string render_html_report(const RunRecord& run);

}  // namespace straylane
