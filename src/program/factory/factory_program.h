#pragma once

#include "program/program.h"

namespace straylane {

inline constexpr const char* kStrayLane = "stray-lane";  // name of an oracle

// The factory kernel: its schema (factory_settings.h), the oracles stray-lane and prefix-invariant, and the hypothesis
// that a failing thread should have returned. Planted programs, and kernels that keep its contract, share everything
// but the name.
const Program& factory_program();

}  // namespace straylane
