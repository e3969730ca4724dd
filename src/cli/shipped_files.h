#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "domain/error.h"
#include "domain/held_program.h"
#include "domain/verdict.h"

namespace straylane {

// Files that lie beside the program (os/beside_program.h).

// Returns the files of the package numba_mwe, name -> text: the ones that the numba target runs.
// Error: kStorage with the path of a file that cannot be read.
Expected<std::map<std::string, std::string>> mwe_sources();

// Returns what repro.py and exported tests need to show `failure` of the program of that name, with its sources:
// numba_mwe/ for the factory kernel, else planted/. Errors as above.
Expected<HeldProgram> held_program_with_sources(const std::string& program, const Failure& failure);

// Returns corpus/regressions, or an empty path if it is missing. It has a folder for each bucket, with the minimal case
// (case.json) and what is known of its fixes (fixed.json).
std::filesystem::path regressions_folder();

// Returns the bucket's fixed.json: digest of a function -> the versions in which the failure is fixed by that function.
// Empty if the bucket was not promoted. Error: kMalformed with the file if it is not such an object.
Expected<std::map<std::string, std::string>> known_fixes(const std::string& bucket);

}  // namespace straylane
