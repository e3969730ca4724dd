#pragma once

#include <string>

#include "hunt/known_causes.h"
#include "shrink/shrink.h"
#include "targets/target.h"

namespace straylane {

// The minima of a failing case on its target, as hunt and minimize make them: shrunk in `bucket` from a failing case at
// the usual shape, or, where `causes` are known, as it is and without one of them. Writes nothing. `failing` is in
// recorded form. Errors are those of shrink and of the target.
Expected<ShrinkResult> shrink_failure(Target& target, const Case& failing, const std::string& bucket,
                                      const ShrinkOptions& options = {}, const KnownCauses& causes = {});

}  // namespace straylane
