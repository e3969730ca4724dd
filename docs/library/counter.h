#pragma once

#include "interleave/interleaver.h"
#include "targets/target.h"

// The program under test: `threads` threads add 1 to a counter, `rounds` times each. It declares its settings, and an
// oracle says what must hold: no update is lost.
const straylane::Program& counter_program();

// Runs the program in this process. At each yield point the thread schedule of the case decides which thread goes on.
class CounterTarget final : public straylane::Target {
 public:
  CounterTarget();
  const straylane::TargetInfo& info() const override { return info_; }
  straylane::Expected<std::vector<straylane::Observation>> run(std::span<const straylane::Case> cases,
                                                               const straylane::RunOptions& options) override;

 private:
  straylane::TargetInfo info_;
  straylane::Interleaver interleaver_;
};
