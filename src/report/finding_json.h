#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "codec/json_codec.h"
#include "domain/held_program.h"
#include "report/run_record.h"

namespace straylane {

// A finding as documents have it: `hunt --json`, `report --json` and others (docs/formats.md, finding.json). Every key
// is always there. What is not known, such as the minimal cases of a finding that was not shrunk, is null.
nlohmann::ordered_json finding_to_json(const FindingRecord& record);

// The file finding.json of a finding's folder, format "straylane-finding/2". It has the same keys and what is shown of
// the trace, but not the cases, which are files of their own beside it.
std::string finding_file(const FindingRecord& record);

// The files of a finding's folder, by relative path: case.json, min.json and min-any-shape.json, input (if bytes can
// hold the case), report.txt, finding.json, no-return.svg, and the files of a user's kernel. If `repro` is not empty,
// also repro.py, repro.sh, the package that repro.py calls, and `pytest`, which is the same as one Python file with a
// test.
std::map<std::string, std::string> render_finding_folder(const Finding& finding, const std::string& repro,
                                                         const HeldProgram& program, const std::string& pytest);

// Reads a record from the files of a folder (name -> text): finding.json, case.json and, if the finding was shrunk,
// min.json and min-any-shape.json. The error is kMalformed and names file and place.
Expected<FindingRecord> record_from_files(const std::map<std::string, std::string>& files, const std::string& folder,
                                          const SchemaOf& schema_of);

// The orderings in a finding.json; nothing if it has none or cannot be read.
std::optional<NecessaryOrder> order_in(const std::string& finding_json);

//   {order {orderings[] {first, second, necessary, reversed_runs, reversed_failed, any_runs, any_failed},
//           held_runs, held_failed, digest, executions, stopped_early},
//    no_return {continuations, curve[] {steps, runs, failed, chance, low, high}, jump, jump_act, certain, certain_act,
//               executions, stopped_early},
//    seconds}
// An act is {thread, file, line, function, statement, visit, note}. `jump` and `certain` are indexes into `curve`, or
// null.
nlohmann::ordered_json explanation_to_json(const Explanation& why);

}  // namespace straylane
