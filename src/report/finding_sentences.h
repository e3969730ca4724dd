#pragma once

#include <string>
#include <vector>

#include "domain/finding.h"

namespace straylane {

// Sentences about a finding that the report formats share. None ends with a newline.

// "AttributeError: module ..." or "prefix-invariant: output[3] is 0, ..."
std::string what_failed(const Failure& failure);

// Whether the program's hypothesis holds for the failure as it was found.
bool hypothesis_holds(const Finding& finding);

// The answer to the program's hypothesis: for the failure as it was found, if it has the fact, and over all failing
// runs. Empty without a hypothesis.
std::vector<std::string> hypothesis_sentences(const Finding& finding);

// "Confirmed on the stock system.", "NOT confirmed on the stock system: ..." or "Not tried on a stock system: ..."
std::string confirmed_sentence(const Finding& finding);

// Names the minimum that shows that no schedule with fewer preemptions fails, such as "the minimal settings". Empty if
// none shows it, or if there are no preemptions.
std::string fewest_shown_at(const Finding& finding);

// "1000 of 1000 failed in this bucket, 1 distinct trace"
std::string replays_sentence(const Finding& finding);

// The command that replays a finding's token. A token does not hold the kernel, so the command names the copy in the
// folder, or the user's own file if an earlier run made the folder.
std::string token_command(const Finding& finding);

// The commands that show a finding again, as a shell takes them, each with what it does. A finding without a folder
// gets the commands for one in findings/.
struct ReplayCommand {
  std::string what;  // "Replay the smallest case, strictly, 1000 times"
  std::string command;
};
std::vector<ReplayCommand> replay_commands(const Finding& finding);

}  // namespace straylane
