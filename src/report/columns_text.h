#pragma once

#include <string>

#include "domain/observation.h"

namespace straylane {

// A traced run as one column for each thread that took part in a choice or failed, time running downwards; 116
// characters wide for two threads. `m` has lines of its own instead: it only starts the others and waits for them.
std::string columns_text(const Observation& trace);

}  // namespace straylane
