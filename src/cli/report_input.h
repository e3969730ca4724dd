#pragma once

#include <string>
#include <vector>

#include "report/run_record.h"

namespace straylane {

// What `report` shows: findings and campaigns from folders. Each of `folders` is a folder of one finding (it has a
// case.json), a folder of such folders, or the folder of a campaign (it has a stats.ndjson; docs/campaigns.md).
// Findings come in the order of their folders' names; what of a folder is neither is passed over. kStorage for a folder
// that is not there, kMalformed for a file in it that cannot be read, with its place, and where nothing is found at all
// in one that holds something else.
Expected<RunRecord> read_report_input(const std::vector<std::string>& folders);

inline constexpr std::size_t kFindingsMax = 10'000;

}  // namespace straylane
