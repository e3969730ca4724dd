#pragma once

#include <cstdint>
#include <string>

#include "domain/schedule.h"
#include "order/access.h"
#include "targets/host/worker/buffer.h"

namespace straylane {

// What the runtime says of a wrong access, in the words of the kernel: file and line, which buffer, which index of what
// size, which block and thread. An index counts elements of the size of the access.

struct AccessPlace {
  const Site& site;
  std::int64_t block;
  std::uint32_t in_block;
};
struct RacingAccess {
  const Site& site;
  Access access;
  std::uint32_t block;
  std::uint32_t in_block;
};

std::string place_of(const Site& site);  // "kernel.cu:12"

// `buffer` is null where the pointer was made from none.
std::string out_of_bounds_text(const AccessPlace& place, const Buffer* buffer, const char* address, std::uint64_t bytes,
                               Access access);
std::string uninitialised_text(const AccessPlace& place, const Buffer& buffer, std::size_t offset, std::uint64_t bytes);
std::string data_race_text(const Buffer& buffer, std::size_t index, const RacingAccess& a, const RacingAccess& b);

}  // namespace straylane
