#pragma once

#include <optional>

#include "domain/case.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

// One thing that must hold of every run. Stateless; looks at the observation and nothing else. Its name stands in
// buckets: renaming an oracle makes old findings new ones, and so do messages that name what differs from run to run
// (see normalise_message for what is stripped).
class Oracle {
 public:
  virtual ~Oracle() = default;

  virtual const char* name() const = 0;

  // What it holds against the run of this case, or nothing.
  virtual std::optional<Failure> judge(const Case& c, const Observation& observation) const = 0;
};

}  // namespace straylane
