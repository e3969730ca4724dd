#pragma once

#include <cstdint>
#include <string>

#include "domain/schedule.h"
#include "order/access.h"
#include "targets/host/worker/buffer.h"

namespace straylane {

// The runtime's messages about a wrong access. They name file and line, the buffer, the index in elements of the size
// of the access, and the block and thread.

struct AccessPlace {
  const Site& site;
  Access access;
  std::int64_t block;
  std::uint32_t in_block;
};

std::string place_of(const Site& site);  // "kernel.cu:12"

// `buffer` is the one that the pointer was computed from; null if there is none.
std::string out_of_bounds_text(const AccessPlace& place, const Buffer* buffer, const char* address,
                               std::uint64_t bytes);
std::string uninitialised_text(const AccessPlace& place, const Buffer& buffer, std::size_t offset, std::uint64_t bytes);
std::string data_race_text(const Buffer& buffer, std::size_t index, const AccessPlace& a, const AccessPlace& b);

}  // namespace straylane
