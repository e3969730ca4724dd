#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace straylane {

// Counters that a fuzzing engine gets in pieces, as they come into use: it clears and reads all that it has at every input,
// which for thousands of unused ones takes longer than a small launch.
class RegisteredCounters {
 public:
  // `counters`, and this, outlive the process's last input. To an engine a counter without a place in a program is none:
  // each gets an address of its own from `first_place` on, at which nothing is.
  RegisteredCounters(std::span<std::uint8_t> counters, std::uintptr_t first_place)
      : counters_(counters), first_place_(first_place) {}

  // The engine has at least the first `used` from now on.
  void extend_to(std::size_t used);

 private:
  std::span<std::uint8_t> counters_;
  std::uintptr_t first_place_;
  std::size_t registered_ = 0;
  std::vector<std::unique_ptr<std::uintptr_t[]>> places_;  // of each piece; the engine has pointers to them
};

}  // namespace straylane
