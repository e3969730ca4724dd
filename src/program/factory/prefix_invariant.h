#pragma once

#include "oracle/oracle.h"

namespace straylane {

// The output is n_threads ones and then zeros, exactly. Launches that raised are not judged: theirs is undefined.
class PrefixInvariant final : public Oracle {
 public:
  const char* name() const override { return "prefix-invariant"; }
  std::optional<Failure> judge(const Case& c, const Observation& observation) const override;
};

}  // namespace straylane
