#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace straylane {

// What the compiler says of a device source.
struct Diagnostic {
  std::string file;   // as it was given to the compiler, or as an #include found it
  unsigned line = 0;  // 1-based; 0 where it is about no line
  unsigned column = 0;
  std::string message;

  bool operator==(const Diagnostic&) const = default;
};

// "kernel.cu:3:5: use of undeclared identifier 'x'"
std::string to_string(const Diagnostic& diagnostic);

// One a line, the first first; beyond kDiagnosticsMax only how many more there are.
inline constexpr std::size_t kDiagnosticsMax = 20;
std::string to_string(const std::vector<Diagnostic>& diagnostics);

}  // namespace straylane
