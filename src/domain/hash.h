#pragma once

#include <cstdint>
#include <string_view>

#include "domain/site.h"

namespace straylane {

// FNV-1a, 64 bits (Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv). It gives the same value on every
// machine, so digests and counters mean the same everywhere. It is not secure.
class Hash {
 public:
  // Adds the length too, so that two texts and their concatenation differ.
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (const char c : text) step(static_cast<std::uint8_t>(c));
  }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) step(static_cast<std::uint8_t>(number >> shift));
  }
  // Adds the parts that make two sites the same. The line is not one of them.
  void add(const Site& site) {
    add(site.file);
    add(site.function);
    add(site.statement);
    add(std::uint64_t{site.occurrence});
  }
  // Makes one step of the function. Call it directly for bytes without a length, or for small numbers where speed
  // counts.
  void step(std::uint64_t number) { state_ = (state_ ^ number) * 0x100000001b3ULL; }

  std::uint64_t value() const { return state_; }
  std::uint32_t folded() const { return static_cast<std::uint32_t>(state_ ^ state_ >> 32); }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace straylane
