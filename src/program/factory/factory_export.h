#pragma once

#include <map>
#include <string>

#include "domain/error.h"
#include "domain/held_program.h"
#include "domain/schema.h"
#include "domain/verdict.h"

namespace straylane {

// What Straylane exports of the factory program, for people who do not have Straylane.

// Returns what repro.py and an exported test must know to show `failure`, without the texts of the sources, which lie
// beside this program. `program` is the factory kernel (also if empty) or a planted program. The call is held_call.py.
HeldProgram held_program(const std::string& program, const Failure& failure);

// Returns the self-contained working example, by relative path: the package numba_mwe, whose suite has `settings` as
// its defaults, and a README.md that says how to run it. `sources`: name -> text of all files of the package.
// Precondition: `settings` is valid for the factory's schema.
// Error: kInternal if the sources have no line of default settings.
Expected<std::map<std::string, std::string>> render_mwe_package(const std::map<std::string, std::string>& sources,
                                                                const Settings& settings);

}  // namespace straylane
