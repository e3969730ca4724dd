#include "domain/observation.h"

#include "domain/enum_names.h"

namespace straylane {

const char* to_string(ElementType type) {
  return enum_name({"int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"},
                   type);
}

std::size_t size_of(ElementType type) {
  static constexpr std::size_t kSizes[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
  return kSizes[static_cast<std::size_t>(type)];
}

std::string describe(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kRead:
      return fmt::format("reads {}: {}", event.variable, event.after);
    case Event::Kind::kWrite:
      return fmt::format("{}: {} -> {}", event.variable, event.before, event.after);
    case Event::Kind::kAtomic:
      if (event.before == event.after) return fmt::format("{} atomically: stays {}", event.variable, event.after);
      return fmt::format("{} atomically: {} -> {}", event.variable, event.before, event.after);
    case Event::Kind::kBarrier:
      return fmt::format("{}: barrier, {} is over", event.variable, event.after);
  }
  return {};
}

}  // namespace straylane
