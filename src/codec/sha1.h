#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace straylane {

// SHA-1 (RFC 3174) in hex: how libFuzzer names the files of a corpus. For names only, it protects nothing.
std::string sha1_hex(std::span<const std::uint8_t> bytes);

}  // namespace straylane
