#pragma once

#include <optional>
#include <span>

#include "domain/case.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

// One rule that must hold for every run.
//
// Its name is part of buckets: renaming an oracle makes old findings look new. So does a message that names something
// that differs from run to run (normalise_message lists what is stripped).
struct Oracle {
  const char* name;
  const char* rule;  // what it demands of every run, one sentence for people
  // Returns what it objects to in the run of this case, or nothing. Looks at its arguments and nothing else. Leaves the
  // failure's `oracle` and `rule` empty.
  std::optional<Failure> (*judge)(const Case& c, const Observation& observation);
};

// Returns the oracles that hold for any program, in the order in which they judge: an oracle that explains the others
// comes first. Add new ones here.
std::span<const Oracle> general_oracles();

// Judges a run. The first oracle that objects decides. The oracles `of_program` judge after the general ones, but
// before `module-state`. A refused replay is discarded, with the refusal as its reason, because it was not the run that
// was asked for. A case that was only built, not launched, is unsupported if its builds succeeded; it never passes.
Verdict judge(const Case& c, const Observation& observation, std::span<const Oracle> of_program);

}  // namespace straylane
