#pragma once

#include <vector>

#include "domain/case.h"

namespace straylane {

// The cases of the factory program in corpus/seeds/. They have the edges of the settings and a few schedules, so that a
// fuzzing engine starts with one of each. All of them pass.
std::vector<Case> seed_cases();

}  // namespace straylane
