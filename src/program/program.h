#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/hypothesis.h"
#include "domain/schema.h"
#include "domain/setting_class.h"
#include "oracle/oracle.h"

namespace straylane {

// What is under test, as everything outside its own folder knows it. Add one: a folder in src/program/ with a function
// that returns its Program, and a target that runs it.
struct Program {
  std::string name;  // what cases call it
  Schema schema;
  std::vector<const Oracle*> oracles;  // judged after the general ones (oracle/oracles.h); never destroyed
  std::vector<SettingClass> classes;   // to be covered besides the edges of the schema
  std::optional<Hypothesis> hypothesis;
  // Adds the program's facts to a failure of a run; null where it has none to add.
  void (*annotate)(const Case& c, const Observation& observation, Failure& failure) = nullptr;
};

// The verdict on a run of `program`: the first oracle that objects, with its rule and the program's facts.
Verdict judge(const Program& program, const Case& c, const Observation& observation);

}  // namespace straylane
