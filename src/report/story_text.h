#pragma once

#include <string>

#include "domain/observation.h"

namespace straylane {

// What a schedule does, as numbered sentences: one for each stretch of a thread up to where it is preempted or ends.
// Threads that run from start to end as if alone are passed over. `trace` must be a traced run; empty of one that is
// not.
std::string story_text(const Observation& trace);

}  // namespace straylane
