#pragma once

#include <string>

#include "domain/case.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

// The text of repro.py for a traced run of `c`: stock interpreter, stock simulator, real threads, waits at the turns of
// the run and nothing else. kUnsupported where a turn ends at a place that a stock interpreter cannot be held at,
// because the real system does not hand over there.
Expected<std::string> render_repro(const Case& c, const Observation& traced, const Failure& failure);

}  // namespace straylane
