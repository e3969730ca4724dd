#pragma once

#include <string>

#include "report/finding_record.h"

namespace straylane {

// One finding as an <article> with the given id: what failed and where, settings before and after shrinking, the
// schedule, why it fails, what happened thread by thread, and the commands that show it again.
std::string render_html_finding(const FindingRecord& record, const std::string& id);

}  // namespace straylane
