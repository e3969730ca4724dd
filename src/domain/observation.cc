#include "domain/observation.h"

#include <fmt/format.h>

namespace straylane {

std::string describe(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kRead:
      return fmt::format("reads {}: {}", event.variable, event.after);
    case Event::Kind::kWrite:
      return fmt::format("{}: {} -> {}", event.variable, event.before, event.after);
    case Event::Kind::kAtomic:
      return event.before == event.after
                 ? fmt::format("{} atomically: stays {}", event.variable, event.after)
                 : fmt::format("{} atomically: {} -> {}", event.variable, event.before, event.after);
    case Event::Kind::kBarrier:
      return fmt::format("{}: barrier, {} is over", event.variable, event.after);
  }
  return {};
}

}  // namespace straylane
