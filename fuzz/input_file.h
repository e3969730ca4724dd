#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "domain/error.h"

namespace straylane {

// Writes `bytes` as folder/name and gives the path. The file appears whole or not at all, and nothing else is left if
// the process is killed. An existing file is left as it is, because it was found first.
// Errors: kStorage.
Expected<std::string> write_input(const std::string& folder, const std::string& name,
                                  std::span<const std::uint8_t> bytes);

// Reads an input. Errors: kStorage; kMalformed if it is longer than any case (1 MiB).
Expected<std::vector<std::uint8_t>> read_input(const std::string& path);

// Gives `path` itself, or, if it is a folder, its regular files that are not hidden, sorted by name.
// Errors: kStorage.
Expected<std::vector<std::string>> input_files(const std::string& path);

}  // namespace straylane
