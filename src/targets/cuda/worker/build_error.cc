#include "targets/cuda/worker/build_error.h"

namespace straylane {

const char* to_string(BuildError::Kind kind) {
  switch (kind) {
    case BuildError::Kind::kCompile:
      return "CompileError";
    case BuildError::Kind::kUnresolvedSymbol:
      return "UnresolvedSymbol";
    case BuildError::Kind::kDuplicateSymbol:
      return "DuplicateSymbol";
    case BuildError::Kind::kBrokenLtoIr:
      return "BrokenLtoIr";
    case BuildError::Kind::kNotLtoIr:
      return "NotLtoIr";
    case BuildError::Kind::kNewerArchitecture:
      return "NewerArchitecture";
    case BuildError::Kind::kNoPart:
      return "NoPart";
    case BuildError::Kind::kWrongSignature:
      return "WrongSignature";
    case BuildError::Kind::kCompiler:
      return "CompilerError";
  }
  return "?";
}

ThrownException to_exception(const BuildError& error) { return {to_string(error.kind), error.message, ""}; }

}  // namespace straylane
