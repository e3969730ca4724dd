#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/explanation.h"
#include "domain/observation.h"

namespace straylane {

// A traced run as one column per thread, after Lincheck's reports: what each thread did, in the order in which it
// happened, and where one was preempted in favour of another.
struct ColumnRow {
  std::size_t column = 0;  // into Columns::threads; of no meaning in a band
  Site site;
  std::string note;          // "preempted, 0:1 goes on", "waits", "ends", "cuda: A -> B"; often empty
  std::string marks;         // "1<" first of ordering 1, "<2" second of ordering 2; often empty
  bool is_band = false;      // across all columns: `note` alone, such as "block 1"
};
struct Columns {
  std::vector<ThreadId> threads;
  std::vector<ThreadId> left_out;
  std::string left_out_why;  // "which took no part in any choice"
  std::vector<ColumnRow> rows;
  std::size_t rows_cut = 0;  // how many more there would be
};

// `observation` must be traced. Columns: `m` and the threads that were preempted, went on instead, or failed; where there
// are at most four threads, all of them. Yield points of one statement in a row are one row; what `m` does before it
// starts the first thread is left out.
Columns columns_of(const Observation& observation);

// The same, with the rows that matter alone: where a thread is preempted or fails, the ends of `orderings`, and what
// happens to a variable that several threads touch and one of them changes (of a run with events). Bands: where another
// block begins, by the blocks of the launches, and where a barrier is passed. Columns: the threads of `orderings` and
// the one that fails; where there are no orderings, at most kMatteringThreadsMax. At most kMatteringRowsMax rows.
inline constexpr std::size_t kMatteringThreadsMax = 4;
inline constexpr std::size_t kMatteringRowsMax = 200;
Columns columns_that_matter(const Observation& observation, const std::vector<NecessaryOrdering>& orderings);

}  // namespace straylane
