#pragma once

#include <map>
#include <string>

#include "domain/error.h"

namespace straylane {

// The files of the package numba_mwe by name: the very ones that the numba target runs, from beside the program.
// kStorage with the path where one cannot be read.
Expected<std::map<std::string, std::string>> mwe_sources();

// The same without the suite: what a finding launches.
Expected<std::map<std::string, std::string>> factory_sources();

// What repro.py launches of `program`, by path from beside it: numba_mwe/ of the factory, else planted/.
Expected<std::map<std::string, std::string>> program_sources(const std::string& program);

}  // namespace straylane
