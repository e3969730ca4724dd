#pragma once

#include <cstdint>
#include <cstring>
#include <iterator>
#include <vector>

#include "domain/observation.h"

namespace straylane {

// What call `call` left in the one array of float32 that the factory kernel has.
inline Output float_output(const std::vector<float>& values, std::uint32_t call = 0) {
  Output output{.call = call, .name = "output", .shape = {std::ssize(values)}};
  output.bytes.resize(values.size() * sizeof(float));
  std::memcpy(output.bytes.data(), values.data(), output.bytes.size());
  return output;
}

}  // namespace straylane
