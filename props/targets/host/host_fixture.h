#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "run/run_case.h"
#include "targets/device_target.h"

namespace straylane {

// One target for the whole test program, so that its workers, each with a compiler, are started only once.
inline Target& host_target() {
  static const std::unique_ptr<Target> target = [] {
    auto opened = open_host_target({});
    if (!opened) throw std::runtime_error("host target: " + opened.error().message);
    return std::move(*opened);
  }();
  return *target;
}

inline Case host_case(const FactorySettings& settings, const std::string& program = "factory") {
  Case c;
  c.target = "host";
  c.program = program;
  c.calls = {settings};
  return c;
}

}  // namespace straylane
