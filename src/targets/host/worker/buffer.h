#pragma once

#include <cstddef>
#include <cstdint>

#include "order/access_cells.h"
#include "targets/host/worker/written_bytes.h"

namespace straylane {

enum class Space : std::uint8_t { kLocal, kShared, kGlobal };
const char* to_string(Space space);

// A stretch of device memory whose bounds are known.
struct Buffer {
  char* begin = nullptr;
  std::size_t bytes = 0;
  const char* name = "";
  Space space = Space::kGlobal;
  std::uint32_t number = 0;  // among the buffers of a launch; the same in every launch of a program
  // Of global and shared memory.
  AccessCells cells;
  // Of local and shared memory.
  WrittenBytes written;

  char* end() const { return begin + bytes; }
  bool has(const char* address, std::size_t size) const {
    return address >= begin && address <= end() && size <= static_cast<std::size_t>(end() - address);
  }
};

// Poisons what has been written of the buffer, and forgets that it was.
void poison_again(Buffer& buffer);

inline constexpr std::uint32_t kPoison = 0x7FC0DEAD;  // a quiet NaN as a float

// Fills memory with quiet NaNs: what reads it before it was written shows up in the output. Four bytes at a time.
void poison(char* begin, std::size_t bytes);

}  // namespace straylane
