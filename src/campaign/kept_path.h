#pragma once

#include <filesystem>
#include <string>

namespace straylane {

// A campaign keeps paths as they are seen from its own folder, so that it can be moved with what stands around it, and
// a copy of it does not lead back to the original. An empty path is kept as one.
std::string path_to_keep(const std::filesystem::path& campaign, const std::string& path);
// And back, as seen from the working directory; absolute where the file is not below that.
std::string path_kept(const std::filesystem::path& campaign, const std::string& kept);

// Whether `path` is in the folder of the campaign, whatever symbolic links lead through.
bool is_in_campaign(const std::filesystem::path& campaign, const std::string& path);

}  // namespace straylane
