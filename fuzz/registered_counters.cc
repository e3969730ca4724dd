#include "fuzz/registered_counters.h"

#include <algorithm>

// Defined by the engine, and null in a binary without one. The engine takes each call for one more module. The
// interface is clang's "inline 8-bit counters", https://clang.llvm.org/docs/SanitizerCoverage.html.
extern "C" {
__attribute__((weak)) void __sanitizer_cov_8bit_counters_init(std::uint8_t* begin, std::uint8_t* end);
__attribute__((weak)) void __sanitizer_cov_pcs_init(const std::uintptr_t* begin, const std::uintptr_t* end);
}

namespace straylane {
namespace {

constexpr std::size_t kPiece = 64;
constexpr std::uintptr_t kPlaceDistance = 16;

}  // namespace

void RegisteredCounters::extend_to(std::size_t used) {
  if (__sanitizer_cov_8bit_counters_init == nullptr) return;
  while (registered_ < std::min(used, counters_.size())) {
    const std::span<std::uint8_t> piece =
        counters_.subspan(registered_, std::min(kPiece, counters_.size() - registered_));
    // Pairs of an address and flags.
    auto* places = places_.emplace_back(new std::uintptr_t[2 * piece.size()]()).get();
    for (std::size_t i = 0; i < piece.size(); ++i) places[2 * i] = first_place_ + kPlaceDistance * (registered_ + i);
    __sanitizer_cov_8bit_counters_init(piece.data(), piece.data() + piece.size());
    __sanitizer_cov_pcs_init(places, places + 2 * piece.size());
    registered_ += piece.size();
  }
}

}  // namespace straylane
