#pragma once

#include <filesystem>
#include <string>

namespace straylane {

// The file or folder `relative` in the folder of the running program, or in one above it (test programs lie deeper); an
// empty path where there is none. What the build puts beside the program travels with it when its folder is moved.
std::filesystem::path beside_program(const std::string& relative);

}  // namespace straylane
