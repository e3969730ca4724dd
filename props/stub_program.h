#pragma once

#include <cstdint>

#include "interleave/interleaver.h"
#include "program/program.h"
#include "targets/target.h"

namespace straylane {

// The program "shelf". It shares no name with the factory kernel, so that code for any program is tested with a second
// one. Each of `rows` threads takes the next free place of a shelf and puts its number there.
//
//   rows        1 to 64: threads, and places on the shelf
//   lane_width  32, 64 or 128, of the role shape: threads of a block
//   depth       0 to rows, of the role build
//
// Planted bug: if depth is at least 3 and lane_width is 64, a thread reads the next free place at one yield point and
// takes it at another. A preemption between them gives two threads the same place and leaves the last one empty. The
// smallest settings that fail are rows 3, depth 3, lane_width 64. The program's own oracle "shelf-full" sees the bug.
// The program has no hypothesis, takes no data and cannot be confirmed.
const Program& shelf_program();

// Runs it: a target "shelf" on the real interleaver, like StubTarget.
class ShelfTarget final : public Target {
 public:
  ShelfTarget();

  const TargetInfo& info() const override { return info_; }
  // Errors: kUnsupported for a case of another program.
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  TargetInfo info_;
  Interleaver interleaver_;
};

}  // namespace straylane
