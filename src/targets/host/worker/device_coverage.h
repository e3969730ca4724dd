#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace straylane {

// A place in device code that has a counter. The places of a source stay the same when it is built again.
struct CoveragePlace {
  std::string function;  // the function after inlining
  std::string file;      // empty if the code has no line
  unsigned line = 0;
  unsigned column = 0;
  unsigned occurrence = 0;  // which block or comparison of this place in its translation unit, from 0

  auto operator<=>(const CoveragePlace&) const = default;
};

// Counters of device code for a fuzzing engine. The engine owns their memory, clears it before a run and reads it
// after.
//
// An edge has one byte, which stops at 255. A comparison has one byte for each number of differing bits and one for
// each magnitude of the difference; a run sets those that it met to 1. So each step towards equality is something new.
// The idea is libFuzzer's value profile, but here a rebuild leaves the counters in place. Recording only the nearest
// values would need fewer counters, but twice as many runs to find a constant.
//
// A place keeps its counters as long as the process lives. If the memory is used up, further places have no counter;
// `left_out` counts them.
class DeviceCoverage {
 public:
  // If `compares` is empty, comparisons are not counted. Both spans must outlive this.
  DeviceCoverage(std::span<std::uint8_t> edges, std::span<std::uint8_t> compares)
      : edges_(edges), compares_(compares) {}

  // Return the offset of the place's counters, or nothing if there is no room. `bits`: width of the compared values.
  std::optional<std::uint32_t> edge(const CoveragePlace& place);
  std::optional<std::uint32_t> compare(const CoveragePlace& place, unsigned bits);

  bool has_compares() const { return !compares_.empty(); }
  std::uint8_t* edge_counters() const { return edges_.data(); }
  std::size_t compare_counters_used() const { return compares_used_; }
  std::size_t left_out() const { return left_out_; }

  // Notes which edges the last run has reached. Must be called before the engine clears the counters.
  void end_run();
  std::size_t edges() const { return edge_places_.size(); }
  std::size_t edges_reached() const { return reached_; }
  // Lists the places of edges that no run has reached ("kernel.cu:7"), in the order of their lines, each once. Places
  // without a line are left out.
  std::vector<std::string> not_reached() const;

  // Counts a comparison of device code, see runtime_calls.h.
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
