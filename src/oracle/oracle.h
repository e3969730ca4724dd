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

  // What it demands of every run, one sentence for people.
  virtual const char* rule() const = 0;

  // What it objects to in the run of this case, or nothing. Leaves the failure's `rule` empty.
  virtual std::optional<Failure> judge(const Case& c, const Observation& observation) const = 0;
};

}  // namespace straylane
