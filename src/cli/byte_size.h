#pragma once

#include <cstdint>
#include <string>

#include "domain/error.h"

namespace straylane {

// "500000", "64K", "64M", "2G": bytes, in units of 1024. kUsage, naming `option`.
Expected<std::uint64_t> parse_byte_size(const std::string& option, const std::string& text);

}  // namespace straylane
