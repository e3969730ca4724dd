#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "targets/numba/numba_target.h"

namespace straylane {

// One target for the whole test program, because starting an interpreter with numba takes a second.
inline Target& numba_target() {
  static const std::unique_ptr<Target> target = [] {
    auto opened = NumbaTarget::open({});
    if (!opened) throw std::runtime_error("numba target: " + opened.error().message);
    return std::move(*opened);
  }();
  return *target;
}

}  // namespace straylane
