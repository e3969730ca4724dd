#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/observation.h"

namespace straylane {

// An error that NVRTC reports about a device source.
struct SourceDiagnostic {
  std::string file;
  unsigned line = 0;    // 1-based; 0 if the error is about no line
  unsigned column = 0;  // 1-based; 0 if unknown
  std::string message;

  bool operator==(const SourceDiagnostic&) const = default;
};

// Finds the errors in NVRTC's log and keeps their order; warnings and remarks are left out. NVRTC prints the line
// number, and draws the column below the source line. It indents both by two characters:
//
//     kernel.cu(4): error: identifier "bufer" is undefined
//         bufer[0] = 1;
//         ^
std::vector<SourceDiagnostic> errors_in_nvrtc_log(std::string_view log);

// "kernel.cu:4:3: identifier "bufer" is undefined", joined by "; ".
std::string to_string(const std::vector<SourceDiagnostic>& diagnostics);

// Why there is no cubin.
struct BuildError {
  enum class Kind {
    kCompile,            // the source has the errors in `diagnostics`
    kUnresolvedSymbol,   // one part calls a function that no part defines
    kDuplicateSymbol,    // two parts define it
    kBrokenLtoIr,        // a part was cut off
    kNotLtoIr,           // a part is not LTO-IR
    kNewerArchitecture,  // a part was compiled for a newer architecture than the one that is linked for
    kNoPart,             // a user's source defines neither the kernel nor the allocator
    kWrongSignature,     // a user's source has other parameters than docs/kernels.md
    kCompiler,           // any other error of NVRTC or nvJitLink, by its number
  };
  Kind kind = Kind::kCompiler;
  std::string message;                             // one line
  std::vector<SourceDiagnostic> diagnostics = {};  // kCompile: every error, in the order of the source
};

// The exception of a case that could not be built. Its type is "CompileError", "UnresolvedSymbol" ...
ThrownException to_exception(const BuildError& error);

}  // namespace straylane
