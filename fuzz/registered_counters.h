#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace straylane {

// Counters that a fuzzing engine gets in pieces, as they come into use. The engine clears and reads all of its counters
// at every input; with thousands of unused ones, that would take longer than a small launch.
class RegisteredCounters {
 public:
  // `counters`, and this object, outlive the process's last input. An engine ignores a counter that has no place in a
  // program, so each counter gets its own address from `first_place` on. Nothing is at these addresses.
  RegisteredCounters(std::span<std::uint8_t> counters, std::uintptr_t first_place)
      : counters_(counters), first_place_(first_place) {}

  // Registers counters until the engine has at least the first `used`.
  void extend_to(std::size_t used);

 private:
  std::span<std::uint8_t> counters_;
  std::uintptr_t first_place_;
  std::size_t registered_ = 0;
  std::vector<std::unique_ptr<std::uintptr_t[]>> places_;  // by piece; the engine keeps pointers to them
};

}  // namespace straylane
