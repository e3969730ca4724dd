#pragma once

#include <string>
#include <vector>

#include "domain/finding.h"

namespace straylane {

// The command that replays a finding's token. A token does not hold the kernel: the copy in the folder goes with it,
// unless an earlier run made the folder.
std::string token_command(const Finding& finding);

// How a finding is seen again, each with what it does, as a shell takes it; without `folder` as if it were to be
// written to findings/.
struct ReplayCommand {
  std::string what;  // "1,000 strict replays of the smallest case"
  std::string command;
};
std::vector<ReplayCommand> replay_commands(const Finding& finding);

}  // namespace straylane
