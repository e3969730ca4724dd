#pragma once

#include <filesystem>
#include <string>

namespace straylane {

// Finds the file or folder `relative` in the folder of the running program, or in one above it (test programs lie
// deeper), or else in the folder of set_program_folder. Returns an empty path if it is in none of them. What the build
// puts beside the program travels with it when its folder is moved.
std::filesystem::path beside_program(const std::string& relative);

// Names the folder of an installed Straylane, for programs that link it as a library and lie elsewhere.
void set_program_folder(std::filesystem::path folder);

}  // namespace straylane
