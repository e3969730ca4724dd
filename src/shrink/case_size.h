#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "domain/case.h"

namespace straylane {

// How large a case is to a person, as a total order: fewer launches, then smaller array_size, n_threads, buffer_size
// and block_size (launch by launch), then a schedule that is written down over a drawn one, then fewer choices, then
// the choices themselves: the highest thread that takes part, then choice by choice the thread, its yield point, the
// next thread. Two cases of one program with the same size are the same case to the shrinker.
//
// Threads are ranked by their index within a launch, `m` third: schedules of the first two threads are the easiest to
// read, and a schedule needs the launching thread more often than it needs three others.
//
// Choices of the search form have no threads: its gaps and picks are compared.
struct CaseSize {
  std::vector<std::int64_t> settings;
  std::vector<std::uint64_t> schedule;

  auto operator<=>(const CaseSize&) const = default;
};
CaseSize case_size(const Case& c);

// The rank of a thread in that order: 0 for the first thread of the first launch.
std::uint64_t thread_rank(ThreadId thread);

}  // namespace straylane
