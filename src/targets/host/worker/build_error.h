#pragma once

#include <string>
#include <variant>
#include <vector>

#include "targets/host/worker/diagnostic.h"

namespace straylane {

// What the compiler says of a source that it refuses: at least one, in the order of the source.
struct CompileError {
  std::vector<Diagnostic> diagnostics;

  bool operator==(const CompileError&) const = default;
};

// Parts that compile, and are no kernel together.
struct LinkError {
  enum class Kind {
    kUnresolvedSymbol,  // `symbol` is used in `source`, and nobody defines it
    kDuplicateSymbol,   // `symbol` is defined in `source`, and in another part
    kWrongSignature,    // `symbol` is defined in `source`, but not as kernel_abi.cuh has it
    kNoPart,            // `source` defines neither straylane_kernel nor straylane_allocate
    kInternal,          // a mistake of ours, `detail` says more
  };
  Kind kind = Kind::kInternal;
  std::string symbol;  // as the source has it: "helper(float)", "straylane_kernel_body"
  std::string source;  // path, as it was given
  std::string detail;  // what it must be like instead; may be empty

  bool operator==(const LinkError&) const = default;
};

// Why a factory built nothing. An expected failure: the source is at fault.
using BuildError = std::variant<CompileError, LinkError>;

// The first line names the place; of a source with several errors, each has a line, at most kDiagnosticsMax of them.
std::string to_string(const BuildError& error);

}  // namespace straylane
