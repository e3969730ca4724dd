#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// What came of one canary (program/canary/canaries.h).
struct CanaryResult {
  std::string primitive;
  std::uint32_t schedules = 0;  // up to the one that found the planted race; all of them where none did
  bool found = false;

  bool operator==(const CanaryResult&) const = default;
};

}  // namespace straylane
