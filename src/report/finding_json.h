#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "codec/json_codec.h"
#include "report/finding_record.h"

namespace straylane {

// A finding as documents have it: `hunt --json`, `report --json` and others (docs/formats.md, finding.json). All keys
// are always there; what is not known, such as the minimal cases of a finding that was not shrunk, is null.
nlohmann::ordered_json finding_to_json(const FindingRecord& record);

// The file finding.json of a finding's folder, format "straylane-finding/2": the same without the cases, which are
// files of their own beside it, and with what is shown of the trace.
std::string finding_file(const FindingRecord& record);

// Reads a record from the files of a folder (name -> text): finding.json, case.json, and where it was shrunk min.json
// and min-any-shape.json. kMalformed with file and place.
Expected<FindingRecord> record_from_files(const std::map<std::string, std::string>& files, const std::string& folder,
                                          const SchemaOf& schema_of);

// The orderings that a finding.json tells; nothing where it tells none or cannot be read.
std::optional<NecessaryOrder> order_in(const std::string& finding_json);

// {order {orderings[] {first, second, necessary, reversed_runs, reversed_failed, any_runs, any_failed}, held_runs,
// held_failed, digest, executions, stopped_early}, no_return {continuations, curve[] {steps, runs, failed, chance, low,
// high}, jump, jump_act, certain, certain_act, executions, stopped_early}, seconds}. An act is {thread, file, line,
// function, statement, visit, note}. `jump` and `certain` are places in `curve`, or null.
nlohmann::ordered_json explanation_to_json(const Explanation& why);

}  // namespace straylane
