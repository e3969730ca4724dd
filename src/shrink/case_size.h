#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "domain/case.h"

namespace straylane {

// How large a case is to a person, as a total order. These count, the most important first:
//   - the number of calls;
//   - the settings: parameter by parameter in the schema's shrink order, by ordinal, call by call;
//   - the data: its length, then its bytes;
//   - a schedule in search or recorded form is smaller than a drawn one;
//   - the number of choices;
//   - the choices: the highest thread that takes part, then for each choice the thread, its yield point, the next
//   thread.
// Two cases of one program with the same size are the same case to the shrinker.
//
// Threads are ranked by their index within a launch, but `m` is third. Schedules of the first two threads are the
// easiest to read, and a schedule needs the launching thread more often than it needs three others.
//
// Choices of the search form have no threads, so gaps and picks are compared.
struct CaseSize {
  std::vector<std::int64_t> settings;  // with the number of calls
  std::size_t data_bytes = 0;
  std::vector<std::uint8_t> data;
  std::vector<std::uint64_t> schedule;

  auto operator<=>(const CaseSize&) const = default;
};
CaseSize case_size(const Case& c, const Schema& schema);

// The rank of a thread in that order: 0 for the first thread of the first launch.
std::uint64_t thread_rank(ThreadId thread);

}  // namespace straylane
