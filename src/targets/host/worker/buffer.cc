#include "targets/host/worker/buffer.h"

#include "domain/enum_names.h"

namespace straylane {

const char* to_string(Space space) { return enum_name({"local", "shared", "global"}, space); }

void poison(char* begin, std::size_t bytes) {
  std::size_t i = 0;
  for (; i + sizeof kPoison <= bytes; i += sizeof kPoison) std::memcpy(begin + i, &kPoison, sizeof kPoison);
  if (i < bytes) std::memcpy(begin + i, &kPoison, bytes - i);
}

void poison_again(Buffer& buffer) {
  if (buffer.written.from() >= buffer.written.to()) return;
  // Rounded down, because the first poison was laid in whole words from the beginning.
  const std::size_t from = buffer.written.from() / sizeof kPoison * sizeof kPoison;
  poison(buffer.begin + from, buffer.written.to() - from);
  buffer.written.forget();
}

Buffer* LocalMemory::acquire(std::size_t bytes, const char* name) {
  std::vector<Buffer*>& idle = idle_[size_class(bytes)];
  if (!idle.empty()) {
    Buffer* buffer = idle.back();
    idle.pop_back();
    idle_bytes_ -= capacity_of(bytes);
    buffer->bytes = bytes;
    buffer->name = name;
    return buffer;
  }
  auto block = std::make_unique<Block>();
  block->memory.reset(new char[capacity_of(bytes) + 2 * kGapBytes]);
  block->buffer = {.begin = block->memory.get() + kGapBytes, .bytes = bytes, .name = name, .space = Space::kLocal};
  poison(block->buffer.begin, capacity_of(bytes));
  Buffer* buffer = &block->buffer;
  blocks_.emplace(buffer, std::move(block));
  return buffer;
}

void LocalMemory::release(Buffer* buffer) {
  const std::size_t capacity = capacity_of(buffer->bytes);
  if (idle_bytes_ + capacity > kIdleBytesMax) {
    blocks_.erase(buffer);
    return;
  }
  poison_again(*buffer);
  idle_bytes_ += capacity;
  idle_[size_class(buffer->bytes)].push_back(buffer);
}

}  // namespace straylane
