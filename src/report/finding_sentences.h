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

// The answer to the program's hypothesis: for the failure as it was found where it has the fact, and over all failing
// runs. Empty without a hypothesis.
std::vector<std::string> hypothesis_sentences(const Finding& finding);

// "Confirmed on the stock system.", "NOT confirmed on the stock system: ..." or "Not tried on a stock system: ..."
std::string confirmed_sentence(const Finding& finding);

// Which minimum shows that no schedule with fewer preemptions fails, such as "the minimal settings"; empty where none
// does, and where there are no preemptions.
std::string fewest_shown_at(const Finding& finding);

// "1000 of 1000 failed in this bucket, 1 distinct trace"
std::string replays_sentence(const Finding& finding);

// The command that replays a finding's token. A token does not hold the kernel: the copy in the folder goes with it,
// unless an earlier run made the folder.
std::string token_command(const Finding& finding);

// How a finding is seen again, each with what it does, as a shell takes it; without `folder` as if it were to be
// written to findings/.
struct ReplayCommand {
  std::string what;  // "Replay the smallest case, strictly, 1000 times"
  std::string command;
};
std::vector<ReplayCommand> replay_commands(const Finding& finding);

}  // namespace straylane
