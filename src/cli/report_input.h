#pragma once

#include <string>
#include <vector>

#include "report/run_record.h"

namespace straylane {

// Reads what `report` shows: findings and campaigns. Each of `folders` is the folder of one finding (it has a
// case.json), a folder of such folders, or the folder of a campaign (it has a stats.ndjson; docs/campaigns.md).
// Findings come in the order of their folders' names. Other files in the folders are ignored. Errors: kStorage for a
// folder that does not exist; kMalformed, with its place, for a file that cannot be read; kMalformed for a folder that
// is not empty and has neither findings nor a campaign.
Expected<RunRecord> read_report_input(const std::vector<std::string>& folders);

}  // namespace straylane
