#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "domain/case.h"

namespace straylane {

// How much there is to look at in a case; of two that fail alike the smaller one is kept. Compared in this order.
struct CaseSize {
  std::size_t launches = 0;
  std::int64_t settings = 0;  // array_size, buffer_size, n_threads and block_size of all launches added up
  std::size_t choices = 0;    // entries of the schedule, in whichever form; of a drawn one 0

  auto operator<=>(const CaseSize&) const = default;
};

CaseSize size_of(const Case& value);

}  // namespace straylane
