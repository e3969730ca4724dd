#pragma once

#include <filesystem>
#include <string>

#include "domain/finding.h"

namespace straylane {

struct Confirmation {
  Confirmed confirmed = Confirmed::kNotTried;
  std::string detail;  // what repro.py said in its last line, or why it was not tried
};

// Runs repro.py in `folder` with `python`, real threads and no Straylane: confirmed where it fails with `failure`'s
// message. "No" only where every thread was held at every place of the schedule; where one was not, nothing has been
// tried. Bounded by `timeout_s`; the process and its group are gone afterwards.
Confirmation confirm_on_stock(const std::filesystem::path& folder, const std::string& python, const Failure& failure,
                              double timeout_s = 60);

}  // namespace straylane
