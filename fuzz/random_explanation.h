#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "domain/explanation.h"
#include "domain/observation.h"

namespace straylane {

// A traced run and an explanation of it, read from any bytes: with texts of any bytes, and numbers that fit together
// only as far as a report needs it (a step's site is there).
struct RandomExplanation {
  Observation trace;
  Explanation why;
};
RandomExplanation explanation_from(std::span<const std::uint8_t> bytes);

}  // namespace straylane
