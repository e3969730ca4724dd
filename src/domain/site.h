#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// Where a yield point stands in source code. Two sites are the same when file, function, statement and occurrence
// are; `line` is for display only, so that a recorded schedule still replays when unrelated lines move.
struct Site {
  std::string file;              // relative to the root of its package, e.g. "numba/cuda/simulator/kernelapi.py"
  std::string function;          // qualified name, e.g. "FakeCUDAKernel.__call__"
  std::string statement;         // source text of the statement's own line(s), white space folded
  std::uint32_t occurrence = 0;  // n-th yield point (from 0) with this file, function and statement
  std::uint32_t line = 0;        // 1-based; 0 where there is none
  // For finding the place in a stock interpreter (report/repro); not stored with a case.
  std::string kind;            // "entry", "enter", "call", "loop", "while", "resume", "with", "exit", "line", "opcode", "end"
  std::uint32_t end_line = 0;  // where the expression ends, line 1-based and byte column 0-based
  std::uint32_t end_column = 0;

  bool operator==(const Site& other) const {
    return file == other.file && function == other.function && statement == other.statement &&
           occurrence == other.occurrence;
  }
};

}  // namespace straylane
