#include "program/program.h"

#include "oracle/oracles.h"

namespace straylane {

Verdict judge(const Program& program, const Case& c, const Observation& observation) {
  Verdict verdict = judge(c, observation, program.oracles);
  if (verdict.failure && program.annotate != nullptr) program.annotate(c, observation, *verdict.failure);
  return verdict;
}

}  // namespace straylane
