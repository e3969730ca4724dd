#pragma once

#include <filesystem>
#include <string>

#include "domain/finding.h"

namespace straylane {

struct Confirmation {
  Confirmed confirmed = Confirmed::kNotTried;
  std::string detail;  // the last line of repro.py, or why it was not tried
};

// Runs repro.py in `folder` with `python`, real threads and no Straylane, for at most a minute. The failure is
// confirmed if repro.py fails with its message. It is refuted (kNo) only if every thread was held at every place of the
// schedule; otherwise nothing has been tried.
Confirmation confirm_on_stock(const std::filesystem::path& folder, const std::string& python, const Failure& failure);

}  // namespace straylane
