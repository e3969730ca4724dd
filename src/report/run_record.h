#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/campaign_records.h"
#include "domain/finding.h"
#include "domain/target_summary.h"
#include "explain/columns.h"

namespace straylane {

// A place in source code that a report points at.
struct SourceLocation {
  std::string file;        // as sites name it
  std::uint32_t line = 0;  // 1-based; 0 if only the file is known
  std::string function;
  std::string statement;
  // The file as a URI, and what a relative one is relative to: "PYTHON_PACKAGES", "STRAYLANE" (the root of this
  // project), or the folder that Straylane was started in if `base` is empty.
  std::string uri;
  std::string base;

  bool operator==(const SourceLocation&) const = default;
};

// Where a finding's failure shows. The first of these that is known:
//   - the line that its message names
//   - for an exception, the statement after the last yield point of the function that raised it
//   - for a thread for which the program's hypothesis holds, its first yield point after the guard
//   - for a run that did not end, where a thread stood last
//   - the program's file, without a line
// Nothing for a program without a file.
std::optional<SourceLocation> location_of(const Finding& finding);

// The place of a site. `sources` says where the files of the target lie.
SourceLocation location_of(const Site& site, const SourceMap& sources);

// What a schedule does. Each sentence is a stretch of a thread up to where the thread is preempted or ends. A thread
// that runs from start to end as if it were alone has no sentence.
struct StorySentence {
  std::string text;
  std::string statement;  // at which the thread is preempted; empty if it ends
};
struct Story {
  std::vector<StorySentence> sentences;
  std::string rest;  // to be said after the sentences; mostly empty

  bool empty() const { return sentences.empty() && rest.empty(); }
};

// A finding as reports show it: the finding without its traces and its kernel's text, and what is made of the traces.
// Every report format is made of this alone, so a finding that was read from its folder looks like one that has just
// been made.
struct FindingRecord {
  Finding finding;                         // its traces are empty
  std::optional<SourceLocation> location;  // where the failure shows
  // Made from the trace of the smallest case. Empty without such a trace: a worker died, or Straylane did not control
  // the schedule.
  Story story;
  Columns columns;  // at most kColumnRowsMax rows
  Columns matters;  // the part of the run that an explanation shows
};

inline constexpr std::size_t kColumnRowsMax = 2'000;

FindingRecord record_of(const Finding& finding);

struct CampaignSummary {
  std::string folder;
  std::vector<CampaignTick> ticks;  // at least one; without their workers
  std::vector<BucketRecord> buckets;
};

// What all report formats are made of: one run of a verb, or the contents of folders of findings and campaigns.
struct RunRecord {
  std::string version;  // of Straylane
  std::string command;  // such as "hunt --seed 1", for people
  std::vector<TargetSummary> targets;
  std::vector<FindingRecord> findings;
  std::vector<CampaignSummary> campaigns;
  int exit_code = 0;
  std::string problem;  // why the run could not start or ended early; empty if it did neither
};

// The campaigns' buckets to which none of the findings belongs: failures that have not been minimised.
std::vector<BucketRecord> buckets_without_finding(const RunRecord& run);

// Why a target did not run, "skipped: ..." or "unsupported: ..."; empty if it ran.
std::string why_not_run(const TargetSummary& target);

}  // namespace straylane
