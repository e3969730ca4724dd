#pragma once

#include <string>

#include "shrink/shrink.h"
#include "target/target.h"

namespace straylane {

// The minima of a failing case on its target, as hunt and minimize make them: shrunk in `bucket` from a failing case at
// the usual block size. Writes nothing. `failing` is in recorded form. Errors are those of shrink and of the target.
Expected<ShrinkResult> shrink_failure(Target& target, const Case& failing, const std::string& bucket,
                                      const ShrinkOptions& options = {});

}  // namespace straylane
