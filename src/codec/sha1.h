#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace straylane {

// SHA-1 (RFC 3174) in hex, with which libFuzzer names the files of a corpus. For names only, not for security.
std::string sha1_hex(std::span<const std::uint8_t> bytes);

}  // namespace straylane
