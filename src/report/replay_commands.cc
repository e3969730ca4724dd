#include "report/replay_commands.h"

#include <fmt/format.h>

#include "report/shell_word.h"

namespace straylane {

std::string token_command(const Finding& finding) {
  std::string command = fmt::format("./straylane replay {}", finding.token);
  if (!finding.kernel) return command;
  const bool in_folder = !finding.folder.empty() && !finding.folder_was_there;
  return command + " --kernel " +
         shell_word(in_folder ? fmt::format("{}/{}", finding.folder, finding.kernel->program) : finding.kernel->path);
}

std::vector<ReplayCommand> replay_commands(const Finding& finding) {
  const std::string folder = finding.folder.empty() ? "findings/" + finding.bucket : finding.folder;
  const auto in_folder = [&](const char* name) { return shell_word(folder + "/" + name); };
  std::vector<ReplayCommand> commands;
  if (!finding.unfinished.empty()) {
    commands.push_back({"Go on where it was interrupted", "./straylane minimize " + in_folder("case.json")});
  }
  commands.push_back(
      {fmt::format("Replay the {} case, strictly, 1000 times", finding.shrunk ? "smallest" : "found"),
       fmt::format("./straylane replay {} --times 1000", in_folder(finding.shrunk ? "min.json" : "case.json"))});
  if (!finding.token.empty())
    commands.push_back({"The same on any machine, without the folder", token_command(finding)});
  if (finding.confirmed != Confirmed::kNotTried) {
    commands.push_back({"Without Straylane: stock interpreter, stock simulator", "sh " + in_folder("repro.sh")});
  }
  if (finding.shrunk && finding.target == "numba" && finding.found.program == "factory") {
    commands.push_back(
        {"As a test for numba's own suite", fmt::format("./straylane export pytest {} tests", shell_word(folder))});
  }
  if (finding.shrunk && finding.target == "host") {
    commands.push_back({"As a C++ test", fmt::format("./straylane export gtest {} test-of-it", shell_word(folder))});
  }
  return commands;
}

}  // namespace straylane
