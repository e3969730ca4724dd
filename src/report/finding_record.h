#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/finding.h"
#include "explain/columns.h"
#include "report/source_location.h"

namespace straylane {

// What a schedule does, a sentence for each stretch of a thread up to where it is preempted or ends. Threads that run
// from start to end as if alone are passed over.
struct StorySentence {
  std::string text;
  std::string statement;  // at which the thread is preempted; empty where it ends
};
struct Story {
  std::vector<StorySentence> sentences;
  std::string rest;  // what is left to say after them; mostly empty

  bool empty() const { return sentences.empty() && rest.empty(); }
};
// Precondition: `trace` is a traced run.
Story story_of(const Observation& trace);

// A finding as reports show it, whether it has just been made or was read from its folder: the finding but for its
// traces and its kernel's text, and what is made of the traces. Every report format is made of this alone.
struct FindingRecord {
  Finding finding;                         // its traces are empty
  std::optional<SourceLocation> location;  // where the failure shows
  // Made from the trace of the smallest case; empty without one, as for a worker that died or a schedule that is not
  // ours.
  Story story;
  Columns columns;  // at most kColumnRowsMax rows
  Columns matters;  // what an explanation shows of it
};

inline constexpr std::size_t kColumnRowsMax = 2'000;

FindingRecord record_of(const Finding& finding);

}  // namespace straylane
