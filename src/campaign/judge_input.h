#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "campaign/fuzz_options.h"

namespace straylane {

// What an input of a campaign came to when it was run again in a worker.
struct JudgedInput {
  std::string bucket;  // empty where it did not fail
  std::string message;
  std::string minimization;  // as in BucketRecord
  std::string folder;
  std::string reason;

  bool operator==(const JudgedInput&) const = default;
};

// Runs the input in the file once more, on the campaign's target. Where it fails in a bucket that is not among `done`,
// a finding is made of it (FindingMaker) and written to `options.out`. Never an error: what went wrong is in `reason`.
JudgedInput judge_input(const FuzzOptions& options, const std::filesystem::path& input,
                        const std::set<std::string>& done);

// As text, for the way between two processes; what cannot be read back has "failed".
std::string to_text(const JudgedInput& judged);
JudgedInput judged_from(const std::string& text);

}  // namespace straylane
