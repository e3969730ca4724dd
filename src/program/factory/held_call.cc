#include "program/factory/held_call.h"

#include "program/factory/factory_program.h"
#include "program/factory/held_call_text.h"
#include "program/factory/factory_oracles.h"

namespace straylane {

HeldProgram held_program(const std::string& program, const Failure& failure) {
  const bool planted = !program.empty() && program != factory_program().name;
  HeldProgram held{.schema = factory_program().schema, .call = kHeldCall};
  held.package = planted ? "planted" : "numba_mwe";
  held.module = planted ? "planted." + program : "numba_mwe.kernel_factory";
  held.parts = {planted ? "planted" : "factory"};
  if (failure.oracle == kStrayLane) held.parts.insert("guard");
  if (planted) held.cannot_export = "an exported test calls the factory kernel, and this is program " + program;
  return held;
}

}  // namespace straylane
