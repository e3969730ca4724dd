#include "targets/host/worker/access_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {
namespace {

std::string who(const AccessPlace& place) { return fmt::format("(block {}, thread {})", place.block, place.in_block); }

}  // namespace

std::string place_of(const Site& site) { return fmt::format("{}:{}", site.file, site.line); }

std::string out_of_bounds_text(const AccessPlace& place, const Buffer* buffer, const char* address,
                               std::uint64_t bytes) {
  if (buffer == nullptr) {
    return fmt::format("{}: {} of {} bytes at an address that is in no buffer of this thread {}", place_of(place.site),
                       to_string(place.access), bytes, who(place));
  }
  const auto size = static_cast<std::ptrdiff_t>(std::max<std::uint64_t>(bytes, 1));
  std::ptrdiff_t index = (address - buffer->begin) / size;
  if ((address - buffer->begin) % size < 0) --index;
  return fmt::format("{}: {} of {} bytes at index {} of {} buffer \"{}\", which has {} elements {}",
                     place_of(place.site), to_string(place.access), bytes, index, to_string(buffer->space),
                     buffer->name, buffer->bytes / static_cast<std::size_t>(size), who(place));
}

std::string uninitialised_text(const AccessPlace& place, const Buffer& buffer, std::size_t offset,
                               std::uint64_t bytes) {
  return fmt::format("{}: read of {} bytes at index {} of {} buffer \"{}\", which nobody has written {}",
                     place_of(place.site), bytes, offset / bytes, to_string(buffer.space), buffer.name, who(place));
}

std::string data_race_text(const Buffer& buffer, std::size_t index, const AccessPlace& a, const AccessPlace& b) {
  return fmt::format(
      "{} at {} and {} at {} of index {} of {} buffer \"{}\", with no barrier or atomic between them "
      "(block {}, thread {} and block {}, thread {})",
      to_string(a.access), place_of(a.site), to_string(b.access), place_of(b.site), index, to_string(buffer.space),
      buffer.name, a.block, a.in_block, b.block, b.in_block);
}

}  // namespace straylane
