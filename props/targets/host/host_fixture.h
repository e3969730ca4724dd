#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "run/run_case.h"
#include "targets/host/host_target.h"

namespace straylane {

// One target for the whole test program: its workers, with a compiler in each, are started once.
inline Target& host_target() {
  static const std::unique_ptr<Target> target = [] {
    auto opened = HostTarget::open();
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
