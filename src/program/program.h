#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/hypothesis.h"
#include "domain/schema.h"
#include "oracle/oracles.h"

namespace straylane {

// What is under test, as everything outside the program's own folder sees it. To add a program, write a folder in
// src/program/ with a function that returns its Program, and a target that runs it.
struct Program {
  std::string name;  // the name that cases use
  Schema schema;
  std::vector<Oracle> oracles;        // judge after the general ones (oracle/oracles.h)
  std::vector<SettingClass> classes;  // must be covered besides the edges of the schema
  std::optional<Hypothesis> hypothesis;
  // Adds the program's facts to the failure of a run. Null if the program has none.
  void (*annotate)(const Case& c, const Observation& observation, Failure& failure) = nullptr;
};

// Judges a run of `program`. The first oracle that objects decides; the failure gets the program's facts.
Verdict judge(const Program& program, const Case& c, const Observation& observation);

// Returns the program with which recorded cases of that name are read and judged. A name that was not added stands for
// the factory kernel, a planted program, or a kernel that keeps the factory's contract: they share one schema.
const Program& program_named(const std::string& name);
// Adds a program for this process. Precondition: nothing has looked up a program yet.
void add_program(Program program);

// Returns the schema of the program of that name, as codecs want it (codec/json_codec.h). Never null.
const Schema* schema_named(const std::string& name);

}  // namespace straylane
