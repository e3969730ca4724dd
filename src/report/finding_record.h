#pragma once

#include <map>
#include <string>
#include <vector>

#include "explain/columns.h"
#include "report/source_location.h"

namespace straylane {

// A finding as reports show it, whether it has just been made or was read from its folder: the finding but for its
// traces and its kernel's text, and what is made of the traces.
struct FindingRecord {
  Finding finding;                         // trace and trace_any_block are empty
  std::optional<SourceLocation> location;  // where the failure shows
  std::vector<std::string> story;          // lines of story_text(); empty where there is no trace
  std::vector<std::string> why;            // lines of why_text(); empty where it was not explained
  std::string no_return_svg;               // the folder's no-return.svg; empty where there is none
  Columns columns;                         // of the smallest case; at most kColumnRowsMax rows
  std::size_t rows_left_out = 0;           // behind them
  std::string text;  // report.txt, where it was read; empty of a finding that has just been made
};

inline constexpr std::size_t kColumnRowsMax = 2'000;

FindingRecord record_of(const Finding& finding);

// The file finding.json of a finding's folder, format "straylane-finding/1" (docs/formats.md): all of the record but
// the cases and the text, which are files of their own beside it.
std::string finding_file(const FindingRecord& record);

// Reads a record from the files of a folder (name -> text): case.json, and where they are there finding.json, min.json,
// min-any-block.json, report.txt and no-return.svg. A folder without finding.json, as earlier versions wrote it, gives what its case
// and the first lines of report.txt say. kMalformed with file and place.
Expected<FindingRecord> record_from_files(const std::map<std::string, std::string>& files, const std::string& folder);

}  // namespace straylane
