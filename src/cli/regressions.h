#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "domain/error.h"

namespace straylane {

// corpus/regressions, from beside the program; empty where it is not there. A folder for each bucket: case.json, the minimal
// case, and fixed.json.
std::filesystem::path regressions_folder();

// What is known of the bucket's fixes (fixed.json there): digest of a function -> the versions in which the
// failure is fixed so. Empty where the bucket has not been promoted; kMalformed with the file where it is no such object.
Expected<std::map<std::string, std::string>> known_fixes(const std::string& bucket);

}  // namespace straylane
