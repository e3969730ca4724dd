#pragma once

#include <string>

#include "program/program.h"

namespace straylane {

// The program of that name, for reading and judging recorded cases. A name that was not added is the factory kernel, a
// planted program or a kernel that keeps the factory's contract: they share its schema.
const Program& program_named(const std::string& name);
// Adds a program for this process. Called before anything looks at the programs.
void add_program(Program program);

// The schema of the program of that name: what codecs ask for (codec/json_codec.h). Never null.
const Schema* schema_named(const std::string& name);

}  // namespace straylane
