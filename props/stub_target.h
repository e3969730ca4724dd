#pragma once

#include <cstdint>
#include <memory>

#include "interleave/interleaver.h"
#include "targets/target.h"

namespace straylane {

// A target of small C++ programs on the real interleaver, so that everything above the target seam is tested without
// Python and without a GPU. It treats a case like a real target: the three forms of a schedule, strict replay, tracing,
// deadlock, step limit, drain. Its programs take the factory's settings. `case.program` selects one:
//
//   factory, swap-locked  (or no name) the simulator's module swap under a lock with a reference count; never fails
//   swap-race             the unsynchronised swap: AttributeError in allocate_buffer; two preemptions, two threads
//   lost-update           read, yield point, write: output too short; one preemption, two threads
//   two-bugs              swap-race and lost-update in one kernel: two buckets
//   two-causes            two counters, each a lost-update: one bucket, two causes
//   deadlock              even threads lock A then B, odd ones B then A; one preemption, two threads
//   spin                  threads below n_threads never end: step limit
//   stray                 the guard is i > n_threads: thread n_threads writes too (IndexError if it has no element);
//                         needs no schedule
//   needle                wrong output for buffer_size 13, n_threads > 200, array_size > 777 and array_size % 7 == 3;
//                         needs no schedule and simulates no threads
//
// Any other program is an error (kUnsupported).
class StubTarget final : public Target {
 public:
  StubTarget();

  const TargetInfo& info() const override { return info_; }
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

  std::uint64_t executions() const { return executions_; }
  std::uint64_t batches() const { return batches_; }

 private:
  TargetInfo info_;
  Interleaver interleaver_;
  std::uint64_t executions_ = 0;
  std::uint64_t batches_ = 0;
};

}  // namespace straylane
