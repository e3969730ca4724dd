#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// The place of a yield point in source code. Two sites are the same if file, function, statement and occurrence are.
// `line` is for display only, so a recorded schedule still replays after unrelated lines have moved.
struct Site {
  std::string file;              // relative to the root of its package, e.g. "numba/cuda/simulator/kernelapi.py"
  std::string function;          // qualified name, e.g. "FakeCUDAKernel.__call__"
  std::string statement;         // source text of the statement's own line(s), white space folded
  std::uint32_t occurrence = 0;  // n-th yield point (from 0) with this file, function and statement
  std::uint32_t line = 0;        // 1-based; 0 if unknown
  // The members below find the place in a stock interpreter (report/exports). They are not stored with a case.
  // "entry", "enter", "call", "loop", "while", "resume", "with", "exit", "line", "opcode" or "end"
  std::string kind;
  std::uint32_t end_line = 0;  // where the expression ends, line 1-based and byte column 0-based
  std::uint32_t end_column = 0;

  bool operator==(const Site& other) const {
    return file == other.file && function == other.function && statement == other.statement &&
           occurrence == other.occurrence;
  }
};

}  // namespace straylane
