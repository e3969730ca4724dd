#pragma once

#include <string>

#include "targets/cuda/worker/driver.h"

namespace straylane {

// The GPU that is used: the first that the driver shows, which CUDA_VISIBLE_DEVICES chooses.
struct Gpu {
  driver_api::Device device = 0;
  std::string name;
  int arch = 0;  // compute capability, 90 for 9.0
};

// kUnsupported with the reason where there is none.
Expected<Gpu> find_gpu(const Driver& driver);

}  // namespace straylane
