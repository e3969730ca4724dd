#pragma once

#include <cstdint>
#include <cstring>
#include <iterator>
#include <vector>

#include "domain/observation.h"

namespace straylane {

// The float32 array of the factory kernel after call `call`.
inline Output float_output(const std::vector<float>& values, std::uint32_t call = 0) {
  Output output{.call = call, .name = "output", .shape = {std::ssize(values)}};
  output.bytes.resize(values.size() * sizeof(float));
  std::memcpy(output.bytes.data(), values.data(), output.bytes.size());
  return output;
}

}  // namespace straylane
