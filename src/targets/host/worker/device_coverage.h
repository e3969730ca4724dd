#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace straylane {

// A place in device code, as a counter is known by: the same source has the same places however often it is built.
struct CoveragePlace {
  std::string function;  // that the code stands in, behind inlining
  std::string file;      // empty where the code has no line
  unsigned line = 0;
  unsigned column = 0;
  unsigned occurrence = 0;  // n-th block or comparison (from 0) of this place in its translation unit

  auto operator<=>(const CoveragePlace&) const = default;
};

// Counters of device code for a fuzzing engine, which owns the memory: it clears it before a run and reads it after.
//
// An edge has one byte, which stops at 255. A comparison has one byte for each number of differing bits and one for
// each magnitude of the difference, set to 1 where a run met it: each step towards equality is then something new. The
// idea is libFuzzer's value profile, with counters that a rebuild leaves in place. Only what comes nearest in a run would be
// fewer counters for an engine to look at, but it then needs twice as many runs to find a constant.
//
// A place keeps its counters for as long as the process lives. Where the memory is used up, further places have none,
// and `left_out` counts them.
class DeviceCoverage {
 public:
  // `compares` may be empty: comparisons are then left alone. Both must outlive this.
  DeviceCoverage(std::span<std::uint8_t> edges, std::span<std::uint8_t> compares)
      : edges_(edges), compares_(compares) {}

  // The offset of the place's counter or counters; none where there is no room. `bits`: width of what is compared.
  std::optional<std::uint32_t> edge(const CoveragePlace& place);
  std::optional<std::uint32_t> compare(const CoveragePlace& place, unsigned bits);

  bool has_compares() const { return !compares_.empty(); }
  std::uint8_t* edge_counters() const { return edges_.data(); }
  std::size_t compare_counters_used() const { return compares_used_; }
  std::size_t left_out() const { return left_out_; }

  // Takes note of the edges that the run behind this reached, before the engine clears them.
  void end_run();
  std::size_t edges() const { return edge_places_.size(); }
  std::size_t edges_reached() const { return reached_; }
  // Places of edges that no run has reached, in the order of their lines, without repetition: "kernel.cu:7". Those that
  // have no line are left out.
  std::vector<std::string> not_reached() const;

  // Called by device code at a comparison; see runtime_calls.h.
  void on_compare(std::uint32_t offset, std::uint64_t a, std::uint64_t b, std::uint32_t bits);

 private:
  std::span<std::uint8_t> edges_;
  std::span<std::uint8_t> compares_;
  std::map<CoveragePlace, std::optional<std::uint32_t>> edge_offsets_;
  std::map<CoveragePlace, std::optional<std::uint32_t>> compare_offsets_;
  std::vector<CoveragePlace> edge_places_;  // by offset
  std::vector<bool> edge_reached_;
  std::size_t reached_ = 0;
  std::size_t compares_used_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace straylane
