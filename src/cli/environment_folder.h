#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace straylane {

// Where `env` keeps its environments, from the working directory.
inline constexpr const char* kEnvironmentsFolder = ".straylane/envs";

// The folder of that environment in `environments`. kUsage where `name` is more than a name: letters, digits, '.', '_',
// '+' and '-', none of the last four first.
Expected<std::filesystem::path> environment_folder(const std::filesystem::path& environments, const std::string& name);

// Whether an environment has been completed there. The second asks first whether the folder, where it is there, is
// ours: kUsage.
bool is_ready(const std::filesystem::path& folder);
Expected<bool> is_environment(const std::filesystem::path& folder);
Expected<void> set_ready(const std::filesystem::path& folder);

// Makes and marks the folder of an environment that is to be made; what an interrupted run left of it is removed.
// kUsage, with nothing removed or written, where the folder is not ours (folder_marker.h); kStorage.
Expected<void> begin_environment(const std::filesystem::path& folder);

// Takes away the folder of one that could not be made. What is not ours stays.
void remove_environment(const std::filesystem::path& folder);

}  // namespace straylane
