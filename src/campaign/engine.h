#pragma once

#include <string>

#include "domain/error.h"

namespace straylane {

// What mutates the inputs of a campaign. Both run the same entry points (fuzz/README.md).
enum class Engine { kLibfuzzer, kAfl };

const char* to_string(Engine engine);

// kUsage for a name that is none of "libfuzzer", "afl".
Expected<Engine> engine_from(const std::string& name);

}  // namespace straylane
