#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/error.h"
#include "targets/cuda/worker/nvjitlink_api.h"
#include "targets/cuda/worker/nvrtc_api.h"

namespace straylane {

// The part of the CUDA toolkit that builds: NVRTC and nvJitLink, of one major version.
class Toolkit {
 public:
  // The newest that is there: in the loader's path, below $CUDA_HOME or $CUDA_PATH, below /usr/local/cuda. kUnsupported
  // with what is missing, and what installs it, where there is none.
  static Expected<Toolkit> open();

  const nvrtc_api::Functions& nvrtc() const { return nvrtc_; }
  const nvjitlink_api::Functions& nvjitlink() const { return nvjitlink_; }
  const std::pair<int, int>& nvrtc_version() const { return nvrtc_version_; }
  const std::string& nvrtc_path() const { return nvrtc_path_; }
  // "NVRTC 13.0, nvJitLink 13.0"
  std::string describe() const;
  // Compute capabilities that NVRTC builds for, such as 75, ascending.
  const std::vector<int>& archs() const { return archs_; }

 private:
  nvrtc_api::Functions nvrtc_;
  nvjitlink_api::Functions nvjitlink_;
  std::pair<int, int> nvrtc_version_;
  std::pair<unsigned, unsigned> nvjitlink_version_;
  std::string nvrtc_path_;
  std::vector<int> archs_;
};

}  // namespace straylane
