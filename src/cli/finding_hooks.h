#pragma once

#include "cli/terminal.h"
#include "hunt/hunt.h"

namespace straylane {

// The command line's side of a hunt: progress on the terminal, findings rendered.
HuntHooks finding_hooks(Terminal& terminal);

}  // namespace straylane
