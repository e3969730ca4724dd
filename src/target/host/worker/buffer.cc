#include "target/host/worker/buffer.h"

#include <cstring>

namespace straylane {
namespace {

constexpr std::uint32_t kPoison = 0x7FC0DEAD;  // a quiet NaN as a float

}  // namespace

const char* to_string(Space space) {
  switch (space) {
    case Space::kLocal:
      return "local";
    case Space::kShared:
      return "shared";
    case Space::kGlobal:
      return "global";
  }
  return "?";
}

void poison(char* begin, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += sizeof kPoison) {
    std::memcpy(begin + i, &kPoison, bytes - i < sizeof kPoison ? bytes - i : sizeof kPoison);
  }
}

}  // namespace straylane
