#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "domain/finding.h"

namespace straylane {

// The commands that make sense after a result. A verb prints them after its text, and never with --json.

// Returns a line "Next: COMMAND" for each of the first three commands.
std::string next_lines(const std::vector<std::string>& commands);

// Returns the commands that show the finding in `finding.folder` again and say why it fails. If it is not finished,
// returns the command that goes on with it. Empty if there is no folder.
std::vector<std::string> commands_for(const Finding& finding, const std::string& python);

// Returns the command that writes findings, or a campaign, as a page.
std::string report_command(const std::string& folder);

// Returns the command for a hunt that takes ten times as long, with schedules that have not been drawn. Empty if that
// is longer than a user is likely to wait.
std::vector<std::string> longer_hunt(const CommonOptions& options);

}  // namespace straylane
