#include "report/failure_text.h"

#include <fmt/format.h>

namespace straylane {

std::string what_failed(const Failure& failure) {
  if (failure.exception_type.empty() && failure.oracle.empty()) return failure.message;  // all that is known of it
  return fmt::format("{}: {}", failure.exception_type.empty() ? failure.oracle : failure.exception_type,
                     failure.message);
}

std::string oracle_sentence(const Failure& failure) {
  const std::string& oracle = failure.oracle;
  if (oracle == "no-exception") {
    return fmt::format("No thread ends with an exception; here it was {}.",
                       failure.exception_type.empty() ? "one" : failure.exception_type);
  }
  if (oracle == "stray-lane") return "No thread with an index of n_threads or more goes on behind the guard.";
  if (oracle == "prefix-invariant") return "The first n_threads elements of the output are 1, the rest 0.";
  if (oracle == "module-state") return "What a launch changes in a module it puts back.";
  if (oracle == "deadlock") return "As long as threads have not ended, one of them can go on.";
  if (oracle == "step-limit" || oracle == "timeout") return "A launch ends within its limits.";
  if (oracle == "crash") return "A launch does not end its process.";
  return fmt::format("The oracle {} holds.", oracle.empty() ? "of this failure" : oracle);
}

std::string confirmed_sentence(const Finding& finding) {
  switch (finding.confirmed) {
    case Confirmed::kStock:
      return "Confirmed on the stock system.";
    case Confirmed::kNo:
      return "NOT confirmed on the stock system: " + finding.confirmation + ".";
    case Confirmed::kNotTried:
      break;
  }
  return fmt::format("Not tried on a stock system{}{}.", finding.confirmation.empty() ? "" : ": ",
                     finding.confirmation);
}

std::string settings_text(const Case& c) {
  std::string text;
  for (const Settings& s : c.launches) {
    text += fmt::format("{}array_size {}, buffer_size {}, n_threads {}, block_size {}", text.empty() ? "" : "; ",
                        s.array_size, s.buffer_size, s.n_threads, s.block_size);
  }
  return text;
}

}  // namespace straylane
