#pragma once

#include <string>
#include <vector>

namespace straylane {

// What the compiler says of a device source.
struct Diagnostic {
  std::string file;
  unsigned line = 0;  // 1-based; 0 where it is about no line
  unsigned column = 0;
  std::string message;

  bool operator==(const Diagnostic&) const = default;
};

// "kernel.cu:3:5: use of undeclared identifier 'x'", the first first, joined by "; ".
std::string to_string(const std::vector<Diagnostic>& diagnostics);

}  // namespace straylane
