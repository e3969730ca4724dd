#pragma once

#include <map>
#include <string>

#include "domain/error.h"
#include "domain/held_program.h"
#include "domain/verdict.h"

namespace straylane {

// The files of the package numba_mwe by name: the very ones that the numba target runs, from beside the program.
// kStorage with the path where one cannot be read.
Expected<std::map<std::string, std::string>> mwe_sources();

// What repro.py and exported tests need to show `failure` of the program of that name, with its sources: numba_mwe/ for
// the factory kernel, else planted/. kStorage as above.
Expected<HeldProgram> held_program_with_sources(const std::string& program, const Failure& failure);

}  // namespace straylane
