#pragma once

#include <string>
#include <vector>

#include "domain/explanation.h"
#include "domain/observation.h"

namespace straylane {

// A traced run as one column per thread, after Lincheck's reports: what each thread did, in the order in which it
// happened, and where one was preempted in favour of another.
struct ColumnRow {
  std::size_t column = 0;  // into Columns::threads; without meaning in a band
  Site site;
  std::string note;      // "preempted, 0:1 goes on", "waits", "ends", "cuda: A -> B"; often empty
  std::string marks;     // "1<": first end of ordering 1, "<2": second end of ordering 2; often empty
  bool is_band = false;  // runs across all columns and has only a `note`, such as "block 1"
};
struct Columns {
  std::vector<ThreadId> threads;
  std::vector<ThreadId> left_out;
  std::string left_out_why;  // "which took no part in any choice"
  std::vector<ColumnRow> rows;
  std::size_t rows_cut = 0;  // rows that were left out at the end
};

// Removes the rows after the first `rows_max`.
void cut_rows(Columns& columns, std::size_t rows_max);

// The columns of `m` and of the threads that were preempted, went on instead, or failed; of all threads if there are at
// most four. Consecutive yield points of one statement are one row. What `m` does before it starts the first thread is
// left out.
//
// Precondition: `observation` is traced.
Columns columns_of(const Observation& observation);

// The same with only the rows that matter: where a thread is preempted or fails, the ends of `orderings`, and, in a run
// with events, what happens to a variable that several threads touch and one of them changes. Bands say where another
// block begins, by the blocks of the launches, and where a barrier is passed. The columns are those of the threads of
// `orderings` and of the one that fails; without orderings, of at most kMatteringThreadsMax. There are at most
// kMatteringRowsMax rows.
inline constexpr std::size_t kMatteringThreadsMax = 4;
inline constexpr std::size_t kMatteringRowsMax = 200;
Columns columns_that_matter(const Observation& observation, const std::vector<NecessaryOrdering>& orderings);

}  // namespace straylane
