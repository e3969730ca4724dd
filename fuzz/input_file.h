#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "domain/error.h"

namespace straylane {

// Writes `bytes` as folder/name and gives the path. The file appears whole or not at all, nothing else is left whatever
// ends the process, and a file that is there already is left as it is: who came first found it first. kStorage.
Expected<std::string> write_input(const std::string& folder, const std::string& name,
                                  std::span<const std::uint8_t> bytes);

// kStorage; kMalformed for one longer than any case (1 MiB).
Expected<std::vector<std::uint8_t>> read_input(const std::string& path);

// `path` itself, or all regular files of that folder by name, but for hidden ones. kStorage.
Expected<std::vector<std::string>> input_files(const std::string& path);

}  // namespace straylane
