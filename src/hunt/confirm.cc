#include "hunt/confirm.h"

#include <fmt/format.h>

#include <sstream>

#include "codec/one_line.h"
#include "os/child.h"

namespace straylane {
namespace {

constexpr std::size_t kLineLengthMax = 1'000;
constexpr double kTimeS = 60;

// Makes a line of repro.py fit to be printed on a terminal.
std::string printable(const std::string& line) { return one_line(line, kLineLengthMax); }

// Gives the first line of `text` that starts with `prefix`, or an empty one.
std::string line_starting(const std::string& text, const std::string& prefix) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(prefix)) return line;
  }
  return {};
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.find_last_of('\n') + 1);
}

// Tells whether a line of a stock system describes the failure.
bool is_the_failure(const std::string& said, const Failure& failure) {
  if (!failure.on_stock.empty()) return said.find(failure.on_stock) != std::string::npos;
  return normalise_message(said).find(normalise_message(failure.message)) != std::string::npos;
}

}  // namespace

Confirmation confirm_on_stock(const std::filesystem::path& folder, const std::string& python, const Failure& failure) {
  const ChildResult result = run_child({python, "-B", "repro.py"}, folder, kTimeS);
  if (result.timed_out) return {Confirmed::kNotTried, fmt::format("repro.py did not end within {} s", kTimeS)};
  if (const auto reason = line_starting(result.output, "not tried: "); !reason.empty()) {
    return {Confirmed::kNotTried, printable(reason.substr(std::string("not tried: ").size()))};
  }
  const std::string failed = line_starting(result.output, "FAILED");
  if (result.status == 1 && is_the_failure(failed, failure)) return {Confirmed::kStock, printable(failed)};
  const std::string last = !failed.empty() ? failed : line_starting(result.output, "PASSED");
  if (last.empty()) {
    return {Confirmed::kNotTried, fmt::format("repro.py did not finish: exit status {}: {}", result.status,
                                              printable(last_line(result.output)))};
  }
  if (const auto note = line_starting(result.output, "note:"); !note.empty()) {
    return {Confirmed::kNotTried,
            fmt::format("the threads could not be held in this schedule, {}; {}", printable(note), printable(last))};
  }
  return {Confirmed::kNo, fmt::format("exit status {}: {}", result.status, printable(last))};
}

}  // namespace straylane
