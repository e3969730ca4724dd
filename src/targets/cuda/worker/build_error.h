#pragma once

#include <string>
#include <vector>

#include "domain/observation.h"

namespace straylane {

// What NVRTC says of a device source.
struct SourceDiagnostic {
  std::string file;
  unsigned line = 0;    // 1-based; 0 where it is about no line
  unsigned column = 0;  // 1-based; 0 where unknown
  std::string message;

  bool operator==(const SourceDiagnostic&) const = default;
};

// Why there is no cubin.
struct BuildError {
  enum class Kind {
    kCompile,            // the source: see `diagnostics`
    kUnresolvedSymbol,   // one part calls what no part defines
    kDuplicateSymbol,    // two parts define it
    kBrokenLtoIr,        // a part was cut off
    kNotLtoIr,           // a part is something else
    kNewerArchitecture,  // a part was compiled for a newer architecture than the one that is linked for
    kNoPart,             // a user's source defines neither the kernel nor the allocator
    kWrongSignature,     // a user's source has other parameters than docs/kernels.md
    kCompiler,           // anything else that NVRTC or nvJitLink report, by its number
  };
  Kind kind = Kind::kCompiler;
  std::string message;                        // one line
  std::vector<SourceDiagnostic> diagnostics;  // kCompile: every error, in the order of the source

  bool operator==(const BuildError&) const = default;
};

// "CompileError", "UnresolvedSymbol" ...: the exception type of a case that could not be built.
const char* to_string(BuildError::Kind kind);

// As an observation has it.
ThrownException to_exception(const BuildError& error);

}  // namespace straylane
