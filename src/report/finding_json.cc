#include "report/finding_json.h"

#include <fmt/format.h>

#include "codec/bytes_codec.h"
#include "codec/json_fields.h"
#include "codec/strict_json.h"
#include "explain/necessary_order.h"
#include "report/explanation_text.h"
#include "report/exports.h"
#include "report/text_report.h"

namespace straylane {

using json = nlohmann::ordered_json;

// --- one list of members for each type that is written and read (codec/json_fields.h)

void place_members(auto& field, Site& site) {
  field("file", site.file, "line", site.line, "function", site.function, "statement", site.statement);
}

STRAYLANE_MEMBERS(Fact, name, value)

STRAYLANE_MEMBERS(SourceLocation, file, line, function, statement, uri, base)

STRAYLANE_MEMBERS(SourceRoot, prefix, folder, base)

STRAYLANE_MEMBERS(KernelSource, path, program)

STRAYLANE_MEMBERS(Minimum, preemptions, proven, not_proven, canonical, stopped_early)

STRAYLANE_MEMBERS(SmallerSettings, proven, settings, cases, reason)

STRAYLANE_MEMBERS(Shrunk, executions, seconds, minimal, minimal_any_shape, smaller_settings)

STRAYLANE_MEMBERS(Replays, times, reproduced, traces_distinct)

// Leaves out the site of the stretch: people and known causes go by the place.
void members(auto& field, Act& act) {
  field("thread", act.stretch.thread);
  place_members(field, act.place);
  field("visit", act.stretch.visit, "note", act.note);
}

void members(auto& field, NecessaryOrdering& value) {
  STRAYLANE_FIELDS(first, second)
  field.derived("necessary", value.necessary());
  STRAYLANE_FIELDS(reversed_runs, reversed_failed, any_runs, any_failed)
}

void members(auto& field, NecessaryOrder& value) {
  STRAYLANE_FIELDS(orderings, held_runs, held_failed)
  field.derived("digest", order_digest(value));
  STRAYLANE_FIELDS(executions, stopped_early)
}

void members(auto& field, Chance& value) {
  STRAYLANE_FIELDS(steps, runs, failed)
  field.derived("chance", value.estimate());
  STRAYLANE_FIELDS(low, high)
}

STRAYLANE_MEMBERS(NoReturn, continuations, curve, jump, jump_act, certain, certain_act, executions, stopped_early)

STRAYLANE_MEMBERS(Explanation, order, no_return, seconds)

STRAYLANE_MEMBERS(StorySentence, text, statement)

STRAYLANE_MEMBERS(Story, sentences, rest)

void members(auto& field, ColumnRow& row) {
  field("column", row.column);
  place_members(field, row.site);
  field("kind", row.site.kind, "note", row.note, "marks", row.marks, "is_band", row.is_band);
}

void members(auto& field, Columns& columns) {
  field("threads", columns.threads, "threads_left_out", columns.left_out, "left_out_why", columns.left_out_why);
  field("rows", columns.rows, "rows_left_out", columns.rows_cut);
}

namespace {

constexpr const char* kFormat = "straylane-finding/2";

// The keys that documents and finding.json share.
void figures(auto& field, auto& record) {
  auto& f = record.finding;
  field("bucket", f.bucket, "target", f.target, "controlled", f.controlled, "can_confirm", f.can_confirm);
  field("exports", f.exports, "unfinished", f.unfinished, "oracle", f.failure.oracle, "rule", f.failure.rule);
  field("exception_type", f.failure.exception_type, "message", f.failure.message, "function", f.failure.function);
  field("thread", f.failure.thread, "facts", f.failure.facts, "hypothesis", f.hypothesis, "location", record.location);
  field("launches_to_failure", f.launches_to_failure, "seconds_to_failure", f.seconds_to_failure, "shrink", f.shrunk);
  field("replays", f.replays, "cause", f.cause, "why", f.why, "confirmed", f.confirmed, "confirmation", f.confirmation);
  field("token", f.token, "kernel", f.kernel);
}

// The keys that only finding.json has.
void shown(auto& field, auto& record) {
  field("entry", record.finding.sources.entry, "source_roots", record.finding.sources.roots, "story", record.story);
  field("columns", record.columns, "matters", record.matters);
}

// Refuses a place that is in no list.
void check_places(const JsonReader& in, const FindingRecord& record) {
  const auto check = [&in](const std::optional<std::size_t>& place, std::size_t size, const char* what) {
    if (place && *place >= size) in.at(what).refuse(ErrorCode::kOutOfRange, "names a place that is not in the list");
  };
  if (const auto& why = record.finding.why) {
    check(why->no_return.jump, why->no_return.curve.size(), "why");
    check(why->no_return.certain, why->no_return.curve.size(), "why");
  }
  for (const ColumnRow& row : record.columns.rows) check(row.column, record.columns.threads.size(), "columns");
  for (const ColumnRow& row : record.matters.rows) {
    if (!row.is_band) check(row.column, record.matters.threads.size(), "matters");
  }
}

// Passes over unknown keys: a later version may write more.
void read_record(const JsonReader& in, FindingRecord& record) {
  const JsonReader format = in.at("format");
  if (format.text() != kFormat) {
    format.refuse(ErrorCode::kMalformed, fmt::format("is {}, must be {}", format.quoted(), kFormat));
  }
  JsonFieldReader reader(in);
  figures(reader, record);
  shown(reader, record);
  check_places(in, record);
}

Expected<FindingRecord> record_in(const std::string& text, const std::string& place) {
  return value_from_json<FindingRecord>(text, place, {}, read_record);
}

constexpr const char* kReproSh = R"sh(#!/bin/sh
# Fails where the finding happens, passes where it does not. Another interpreter: PYTHON=/path/to/python sh repro.sh
cd "$(dirname "$0")" && exec "${{PYTHON:-{}}}" -B repro.py
)sh";

}  // namespace

json explanation_to_json(const Explanation& why) { return JsonFieldWriter::value_of(why); }

json finding_to_json(const FindingRecord& record) {
  const Finding& f = record.finding;
  JsonFieldWriter writer;
  figures(writer, record);
  json j = writer.take();
  j["found"] = case_to_json(f.found, f.schema);
  j["minimal"] = f.shrunk ? json(case_to_json(f.minimal(), f.schema)) : json(nullptr);
  j["minimal_any_shape"] = f.shrunk ? json(case_to_json(f.minimal_any_shape(), f.schema)) : json(nullptr);
  j["folder"] = f.folder;
  return j;
}

std::string finding_file(const FindingRecord& record) {
  JsonFieldWriter writer;
  writer.derived("format", std::string(kFormat));
  figures(writer, record);
  shown(writer, record);
  return writer.take().dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::map<std::string, std::string> render_finding_folder(const Finding& finding, const std::string& repro,
                                                         const HeldProgram& program, const std::string& pytest) {
  const FindingRecord record = record_of(finding);
  std::map<std::string, std::string> files = {
      {"case.json", to_json(finding.found, finding.schema)},
      {"report.txt", render_report(record)},
      {"finding.json", finding_file(record)},
  };
  if (finding.shrunk) {
    files["min.json"] = to_json(finding.minimal(), finding.schema);
    files["min-any-shape.json"] = to_json(finding.minimal_any_shape(), finding.schema);
  }
  if (finding.why && !finding.why->no_return.curve.empty()) {
    files["no-return.svg"] = no_return_svg(finding.why->no_return);
  }
  if (const auto bytes = case_to_bytes(finding.minimal(), finding.schema)) {
    files["input"] = std::string(bytes->begin(), bytes->end());
  }
  if (finding.kernel) files.insert(finding.kernel->files.begin(), finding.kernel->files.end());
  if (repro.empty()) return files;
  files["repro.py"] = repro;
  files["repro.sh"] = fmt::format(kReproSh, finding.minimal().system.path);
  files.insert(program.sources.begin(), program.sources.end());
  if (!pytest.empty()) files[pytest_name(finding.bucket) + ".py"] = pytest;
  return files;
}

Expected<FindingRecord> record_from_files(const std::map<std::string, std::string>& files, const std::string& folder,
                                          const SchemaOf& schema_of) {
  const auto read = [&](const std::string& name, const auto& parse) -> decltype(parse("", "")) {
    const std::string place = folder + "/" + name;
    if (const auto file = files.find(name); file != files.end()) return parse(file->second, place);
    return make_error(ErrorCode::kMalformed, place + ": does not exist, so this is not the folder of a finding");
  };
  auto record = read("finding.json", record_in);
  if (!record) return record;
  Finding& f = record->finding;
  std::vector<std::pair<const char*, Case*>> cases = {{"case.json", &f.found}};
  if (f.shrunk) {
    cases.push_back({"min.json", &f.shrunk->minimal.failing});
    cases.push_back({"min-any-shape.json", &f.shrunk->minimal_any_shape.failing});
  }
  for (const auto& [name, value] : cases) {
    const auto taken = assign(*value, read(name, [&](const std::string& text, const std::string& place) {
      return case_from_json(text, place, schema_of);
    }));
    if (!taken) return tl::unexpected(taken.error());
  }
  f.schema = *schema_of(f.found.program);
  f.folder = folder;
  return record;
}

std::optional<NecessaryOrder> order_in(const std::string& finding_json) {
  const auto record = record_in(finding_json, "finding.json");
  if (!record || record->finding.cause.empty() || !record->finding.why) return std::nullopt;
  return record->finding.why->order;
}

}  // namespace straylane
