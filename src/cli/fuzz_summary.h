#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "campaign/fuzz_campaign.h"

namespace straylane {

inline constexpr const char* kFuzzFormat = "straylane-fuzz/1";

// What a session of a campaign came to: the document of `fuzz --json`, and the same in words.
// `folder`: of the campaign.
nlohmann::ordered_json fuzz_document(const FuzzReport& report);
std::string fuzz_summary(const FuzzReport& report, const std::string& folder);

// A bucket in a document.
nlohmann::ordered_json bucket_to_json(const BucketRecord& record);

}  // namespace straylane
