#pragma once

#include <string>
#include <vector>

#include "domain/observation.h"

namespace straylane {

// A traced run as one column per thread, after Lincheck's reports: what each thread did, in the order in which it
// happened, and where one was preempted in favour of another.
struct ColumnRow {
  std::size_t column = 0;  // into Columns::threads
  Site site;
  std::string note;  // "preempted, 0:1 goes on", "waits", "ends", "AttributeError: ..."; mostly empty
};
struct Columns {
  std::vector<ThreadId> threads;
  std::vector<ThreadId> left_out;  // took no part in any choice
  std::vector<ColumnRow> rows;
};

// `observation` must be traced. Columns: `m` and the threads that were preempted, went on instead, or failed; where there
// are at most four threads, all of them. Yield points of one statement in a row are one row; what `m` does before it
// starts the first thread is left out.
Columns columns_of(const Observation& observation);

}  // namespace straylane
