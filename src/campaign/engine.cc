#include "campaign/engine.h"

#include <fmt/format.h>

namespace straylane {

const char* to_string(Engine engine) { return engine == Engine::kAfl ? "afl" : "libfuzzer"; }

Expected<Engine> engine_from(const std::string& name) {
  for (const Engine engine : {Engine::kLibfuzzer, Engine::kAfl}) {
    if (name == to_string(engine)) return engine;
  }
  return make_error(ErrorCode::kUsage, fmt::format("--engine is \"{}\", must be libfuzzer or afl", name));
}

}  // namespace straylane
