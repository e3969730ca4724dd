#include "cli/next_steps.h"

#include <fmt/format.h>

#include "report/report_text.h"

namespace straylane {
namespace {

constexpr std::size_t kCommandsMax = 3;
constexpr double kLongerTimeMaxS = 24 * 3600;
constexpr double kLongerFactor = 10;

// Returns the option that names the interpreter, if it is not the one by default.
std::string python_option(const std::string& python) {
  return python.empty() || python == CommonOptions().python ? "" : " --python " + shell_word(python);
}

std::string time_option_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole % 3600 == 0) return fmt::format("{}h", whole / 3600);
  return whole % 60 == 0 ? fmt::format("{}m", whole / 60) : fmt::format("{}s", whole);
}

}  // namespace

std::string next_lines(const std::vector<std::string>& commands) {
  std::string text;
  for (std::size_t i = 0; i < commands.size() && i < kCommandsMax; ++i) text += "Next: " + commands[i] + "\n";
  return text;
}

std::vector<std::string> commands_for(const Finding& finding, const std::string& python) {
  if (finding.folder.empty()) return {};
  const std::string rest = " " + shell_word(finding.folder) + (finding.can_confirm ? python_option(python) : "");
  if (!finding.unfinished.empty()) return {"./straylane minimize" + rest};
  std::vector<std::string> commands = {"./straylane replay" + rest};
  if (finding.why) commands.push_back("./straylane explain" + rest);
  return commands;
}

std::string report_command(const std::string& folder) {
  return fmt::format("./straylane report {} -o report.html", shell_word(folder));
}

std::vector<std::string> longer_hunt(const CommonOptions& options) {
  const double longer_s = options.time_s().value_or(0) * kLongerFactor;
  if (longer_s < 1 || longer_s > kLongerTimeMaxS) return {};
  CommonOptions next = options;
  ++next.seed;
  const CommonOptions usual;
  std::string command = "./straylane " + next.command_text("hunt") + " --time " + time_option_text(longer_s);
  if (options.strategy != usual.strategy) command += " --strategy " + options.strategy;
  if (options.granularity != usual.granularity) command += " --granularity " + options.granularity;
  return {command + python_option(options.python)};
}

}  // namespace straylane
