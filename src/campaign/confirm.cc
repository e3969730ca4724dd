#include "campaign/confirm.h"

#include <fmt/format.h>

#include "campaign/child_process.h"

namespace straylane {
namespace {

// The line of `text` that starts with `prefix`, or an empty one.
std::string line_starting(const std::string& text, const std::string& prefix) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (text.compare(at, prefix.size(), prefix) == 0) return text.substr(at, end - at);
    at = end + 1;
  }
  return {};
}

}  // namespace

Confirmation confirm_on_stock(const std::filesystem::path& folder, const std::string& python, const Failure& failure,
                              double timeout_s) {
  const ChildResult result = run_child({python, "-B", "repro.py"}, folder, timeout_s);
  if (result.timed_out) return {Confirmed::kNo, fmt::format("repro.py did not end within {} s", timeout_s)};
  if (const auto reason = line_starting(result.output, "not tried:"); !reason.empty()) {
    return {Confirmed::kNotTried, reason};
  }
  const std::string failed = line_starting(result.output, "FAILED");
  if (result.status == 1 && normalise_message(failed).find(normalise_message(failure.message)) != std::string::npos) {
    return {Confirmed::kStock, failed};
  }
  const std::string note = line_starting(result.output, "note:");
  const std::string last = !failed.empty() ? failed : line_starting(result.output, "PASSED");
  return {Confirmed::kNo, fmt::format("exit status {}: {} {}", result.status, last, note)};
}

}  // namespace straylane
