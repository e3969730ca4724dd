#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace straylane {

// The folder of the environments that `env` makes, relative to the working directory.
inline constexpr const char* kEnvironmentsFolder = ".straylane/envs";

// Returns the folder of the environment `name` in `environments`. Error: kUsage unless `name` is a plain name of
// letters, digits, '.', '_', '+' and '-' that begins with a letter or digit.
Expected<std::filesystem::path> environment_folder(const std::filesystem::path& environments, const std::string& name);

// Whether the folder has an environment that was completed.
bool is_ready(const std::filesystem::path& folder);
// The same, but kUsage if the folder exists and is not ours.
Expected<bool> is_environment(const std::filesystem::path& folder);
// Marks the environment as complete.
Expected<void> set_ready(const std::filesystem::path& folder);

// Makes and marks the folder of a new environment. Removes what an interrupted run left of it.
// Errors: kUsage, with nothing removed or written, if the folder is not ours (folder_marker.h); kStorage.
Expected<void> begin_environment(const std::filesystem::path& folder);

// Removes the folder of an environment that could not be made. A folder that is not ours stays.
void remove_environment(const std::filesystem::path& folder);

}  // namespace straylane
