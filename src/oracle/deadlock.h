#pragma once

#include "oracle/oracle.h"

namespace straylane {

// Some thread can always go on until all have ended. The message names no threads: how many wait depends on the
// settings; Observation::end_detail has them.
class Deadlock final : public Oracle {
 public:
  const char* name() const override { return "deadlock"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
