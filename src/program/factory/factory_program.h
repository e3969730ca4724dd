#pragma once

#include "program/program.h"

namespace straylane {

// The factory kernel: its schema (factory_settings.h), stray lane and prefix invariant, and the hypothesis that a failing
// thread is one that should have returned. Planted programs and kernels that keep its contract share all of it but the
// name.
const Program& factory_program();

}  // namespace straylane
