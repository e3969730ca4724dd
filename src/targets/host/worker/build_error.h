#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace straylane {

// What the compiler reports about a device source.
struct Diagnostic {
  std::string file;   // as the compiler was given it, or as an #include found it
  unsigned line = 0;  // 1-based; 0 if the report is about no line
  unsigned column = 0;
  std::string message;

  bool operator==(const Diagnostic&) const = default;
};

// The compiler refused a source. It reported at least one error; they are in the order of the source.
struct CompileError {
  std::vector<Diagnostic> diagnostics;
};

// The parts compile, but do not make a kernel together.
struct LinkError {
  enum class Kind {
    kUnresolvedSymbol,  // `source` uses `symbol`, which no part defines
    kDuplicateSymbol,   // `source` defines `symbol`, and another part does too
    kWrongSignature,    // `source` defines `symbol`, but not as kernel_abi.cuh declares it
    kNoPart,            // `source` defines neither straylane_kernel nor straylane_allocate
    kInternal,          // a mistake of ours; `detail` says more
  };
  Kind kind = Kind::kInternal;
  std::string symbol;  // as the source writes it: "helper(float)", "straylane_kernel_body"
  std::string source;  // path, as it was given
  std::string detail;  // how it should be instead; may be empty
};

// Why a factory built nothing. This is an expected failure: the source is at fault.
using BuildError = std::variant<CompileError, LinkError>;

// One line per error, at most kDiagnosticsMax of them; a last line counts the others. The first line names the place:
// "kernel.cu:3:5: use of undeclared identifier 'x'".
inline constexpr std::size_t kDiagnosticsMax = 20;
std::string to_string(const BuildError& error);

// The same for a user who asks for that kernel. Names the page that has the contract if the parts do not fit together.
std::string refusal_of_kernel(const BuildError& error);

}  // namespace straylane
