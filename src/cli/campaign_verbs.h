#pragma once

#include "cli/verbs.h"

namespace straylane {

// The verbs for what `fuzz` leaves: see verbs.h.
Run add_status(CLI::App& app);
Run add_corpus(CLI::App& app);

}  // namespace straylane
