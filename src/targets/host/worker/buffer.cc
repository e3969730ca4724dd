#include "targets/host/worker/buffer.h"

#include <cstring>

namespace straylane {
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

void poison_again(Buffer& buffer) {
  if (buffer.written.from() >= buffer.written.to()) return;
  const std::size_t from = buffer.written.from() / sizeof kPoison * sizeof kPoison;  // laid in words from the beginning
  poison(buffer.begin + from, buffer.written.to() - from);
  buffer.written.forget();
}

void poison(char* begin, std::size_t bytes) {
  std::size_t i = 0;
  for (; i + sizeof kPoison <= bytes; i += sizeof kPoison) std::memcpy(begin + i, &kPoison, sizeof kPoison);
  if (i < bytes) std::memcpy(begin + i, &kPoison, bytes - i);
}

}  // namespace straylane
