#pragma once

#include <cstdint>

#include "interleave/interleaver.h"
#include "program/program.h"
#include "targets/target.h"

namespace straylane {

// The program "shelf": nothing of it is named like anything of the factory kernel, so that what is made for programs is
// tested with another one. Each of `rows` threads takes the next free place of a shelf and puts its number there.
//
//   rows        1 to 64: threads, and places on the shelf
//   lane_width  32, 64 or 128, of the role shape: threads of a block
//   depth       0 to rows, of the role build
//
// Planted bug: where depth is 3 or more and lane_width is 64, a thread reads the next free place and takes it at two
// yield points, so that one preemption between them gives two threads the same place and leaves the last one empty. The
// least settings that fail are rows 3, depth 3, lane_width 64. Its own oracle "shelf-full" sees it; it has no
// hypothesis, takes no data and cannot be confirmed.
const Program& shelf_program();

// What runs it: a target "shelf" on the real interleaver, as StubTarget is.
class ShelfTarget final : public Target {
 public:
  ShelfTarget();

  const TargetInfo& info() const override { return info_; }
  // kUnsupported for a case of another program.
  Expected<std::vector<Observation>> run(std::span<const Case> cases, const RunOptions& options) override;

 private:
  TargetInfo info_;
  Interleaver interleaver_;
};

}  // namespace straylane
