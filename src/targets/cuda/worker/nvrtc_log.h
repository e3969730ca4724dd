#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "targets/cuda/worker/build_error.h"

namespace straylane {

// The errors in NVRTC's log, in its order; warnings and remarks are left out. NVRTC says the line, and draws the column
// below the line of source, both of which it moves by kMargin:
//
//     kernel.cu(4): error: identifier "bufer" is undefined
//         bufer[0] = 1;
//         ^
std::vector<SourceDiagnostic> errors_in_nvrtc_log(std::string_view log);

// "kernel.cu:4:3: identifier "bufer" is undefined", the first first, joined by "; ".
std::string to_string(const std::vector<SourceDiagnostic>& diagnostics);

}  // namespace straylane
