#pragma once

#include <cstddef>
#include <cstdint>

namespace straylane {

enum class Space : std::uint8_t { kLocal, kShared, kGlobal };
const char* to_string(Space space);

// A stretch of device memory whose bounds are known.
struct Buffer {
  char* begin = nullptr;
  std::size_t bytes = 0;
  const char* name = "";
  Space space = Space::kGlobal;
  // Of local memory: what has been written, and must be poisoned before the next thread gets it.
  std::size_t written_from = SIZE_MAX;
  std::size_t written_to = 0;

  char* end() const { return begin + bytes; }
  bool has(const char* address, std::size_t size) const {
    return address >= begin && address <= end() && size <= static_cast<std::size_t>(end() - address);
  }
};

// Fills memory with quiet NaNs: what reads it before it was written shows up in the output. Four bytes at a time.
void poison(char* begin, std::size_t bytes);

}  // namespace straylane
