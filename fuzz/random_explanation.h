#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "domain/explanation.h"
#include "domain/observation.h"

namespace straylane {

// A traced run and an explanation of it, made from any bytes. Texts may hold any bytes. Numbers fit together only as
// far as a report needs it: for example, the site of a step exists.
struct RandomExplanation {
  Observation trace;
  Explanation why;
};
RandomExplanation explanation_from(std::span<const std::uint8_t> bytes);

}  // namespace straylane
