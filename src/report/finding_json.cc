#include "report/finding_json.h"

#include <fmt/format.h>

#include "codec/json_reader.h"
#include "codec/strict_json.h"
#include "explain/necessary_order.h"
#include "report/json_fields.h"

namespace straylane {

using json = nlohmann::ordered_json;

// --- one list for each type that is written and read (report/json_fields.h)

void place_members(auto& field, Site& site) {
  field("file", site.file, "line", site.line, "function", site.function, "statement", site.statement);
}

void members(auto& field, Fact& fact) { field("name", fact.name, "value", fact.value); }

void members(auto& field, SourceLocation& location) {
  field("file", location.file, "line", location.line, "function", location.function, "statement", location.statement);
  field("uri", location.uri, "base", location.base);
}

void members(auto& field, SourceRoot& root) { field("prefix", root.prefix, "folder", root.folder, "base", root.base); }

void members(auto& field, KernelSource& kernel) { field("path", kernel.path, "program", kernel.program); }

void members(auto& field, Minimum& minimum) {
  field("preemptions", minimum.preemptions, "proven", minimum.proven, "not_proven", minimum.not_proven);
  field("canonical", minimum.canonical, "stopped_early", minimum.stopped_early);
}

void members(auto& field, SmallerSettings& smaller) {
  field("proven", smaller.proven, "settings", smaller.settings, "cases", smaller.cases, "reason", smaller.reason);
}

void members(auto& field, Shrunk& shrunk) {
  field("executions", shrunk.executions, "seconds", shrunk.seconds, "minimal", shrunk.minimal);
  field("minimal_any_shape", shrunk.minimal_any_shape, "smaller_settings", shrunk.smaller_settings);
}

void members(auto& field, Replays& replays) {
  field("times", replays.times, "reproduced", replays.reproduced, "traces_distinct", replays.traces_distinct);
}

// The site of the stretch is left out: people and known causes go by the place.
void members(auto& field, Act& act) {
  field("thread", act.stretch.thread);
  place_members(field, act.place);
  field("visit", act.stretch.visit, "note", act.note);
}

void members(auto& field, NecessaryOrdering& o) {
  field("first", o.first, "second", o.second);
  field.derived("necessary", o.necessary());
  field("reversed_runs", o.reversed_runs, "reversed_failed", o.reversed_failed, "any_runs", o.any_runs);
  field("any_failed", o.any_failed);
}

void members(auto& field, NecessaryOrder& order) {
  field("orderings", order.orderings, "held_runs", order.held_runs, "held_failed", order.held_failed);
  field.derived("digest", order_digest(order));
  field("executions", order.executions, "stopped_early", order.stopped_early);
}

void members(auto& field, Chance& chance) {
  field("steps", chance.steps, "runs", chance.runs, "failed", chance.failed);
  field.derived("chance", chance.estimate());
  field("low", chance.low, "high", chance.high);
}

void members(auto& field, NoReturn& no_return) {
  field("continuations", no_return.continuations, "curve", no_return.curve, "jump", no_return.jump);
  field("jump_act", no_return.jump_act, "certain", no_return.certain, "certain_act", no_return.certain_act);
  field("executions", no_return.executions, "stopped_early", no_return.stopped_early);
}

void members(auto& field, Explanation& why) {
  field("order", why.order, "no_return", why.no_return, "seconds", why.seconds);
}

void members(auto& field, StorySentence& sentence) { field("text", sentence.text, "statement", sentence.statement); }

void members(auto& field, Story& story) { field("sentences", story.sentences, "rest", story.rest); }

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

// What documents and finding.json both have.
void figures(auto& field, FindingRecord& record) {
  Finding& f = record.finding;
  field("bucket", f.bucket, "target", f.target, "controlled", f.controlled, "can_confirm", f.can_confirm);
  field("exports", f.exports, "unfinished", f.unfinished, "oracle", f.failure.oracle, "rule", f.failure.rule);
  field("exception_type", f.failure.exception_type, "message", f.failure.message, "function", f.failure.function);
  field("thread", f.failure.thread, "facts", f.failure.facts, "hypothesis", f.hypothesis, "location", record.location);
  field("launches_to_failure", f.launches_to_failure, "seconds_to_failure", f.seconds_to_failure, "shrink", f.shrunk);
  field("replays", f.replays, "cause", f.cause, "why", f.why, "confirmed", f.confirmed, "confirmation", f.confirmation);
  field("token", f.token, "kernel", f.kernel);
}

// What finding.json alone has.
void shown(auto& field, FindingRecord& record) {
  field("entry", record.finding.sources.entry, "source_roots", record.finding.sources.roots, "story", record.story);
  field("columns", record.columns, "matters", record.matters);
}

json written(const FindingRecord& record, bool with_shown) {
  JsonFieldWriter writer;
  auto& members = const_cast<FindingRecord&>(record);  // the lists are for both directions; a writer only reads
  figures(writer, members);
  if (with_shown) shown(writer, members);
  return writer.take();
}

// --- reading

// What points into a list must point at one of its entries.
void check_places(const JsonReader& in, const FindingRecord& record) {
  const auto check = [&in](const std::optional<std::size_t>& place, std::size_t size, const char* what) {
    if (place && *place >= size) in.at(what).refuse(ErrorCode::kOutOfRange, "has a place that is in no list");
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

// Keys that are not known are those of a later version.
void read_record(const JsonReader& in, FindingRecord& record) {
  if (in.at("format").text() != kFormat) {
    in.at("format").refuse(ErrorCode::kMalformed, fmt::format("is {}, must be {}", in.at("format").quoted(), kFormat));
  }
  JsonFieldReader reader(in);
  figures(reader, record);
  shown(reader, record);
  check_places(in, record);
}

}  // namespace

json explanation_to_json(const Explanation& why) { return JsonFieldWriter::value_of(why); }

json finding_to_json(const FindingRecord& record) {
  const Finding& f = record.finding;
  json j = written(record, false);
  j["found"] = case_to_json(f.found, f.schema);
  j["minimal"] = f.shrunk ? json(case_to_json(f.minimal(), f.schema)) : json(nullptr);
  j["minimal_any_shape"] = f.shrunk ? json(case_to_json(f.minimal_any_shape(), f.schema)) : json(nullptr);
  j["folder"] = f.folder;
  return j;
}

std::string finding_file(const FindingRecord& record) {
  json j = {{"format", kFormat}};
  j.update(written(record, true));
  return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Expected<FindingRecord> record_from_files(const std::map<std::string, std::string>& files, const std::string& folder,
                                          const SchemaOf& schema_of) {
  FindingRecord record;
  const auto with_file = [&](const char* name, const auto& read) -> Expected<void> {
    const auto file = files.find(name);
    const std::string place = folder + "/" + name;
    if (file == files.end())
      return make_error(ErrorCode::kMalformed, place + ": is not there, so it is no folder of a finding");
    return read(file->second, place);
  };
  const auto read_case = [&](const char* name, Case& c) {
    return with_file(name, [&](const std::string& text, const std::string& place) {
      return case_from_json(text, place, schema_of).map([&](Case read) { c = std::move(read); });
    });
  };
  const auto read_finding = [&](const std::string& text, const std::string& place) -> Expected<void> {
    const auto parsed = parse_strict_json(text, place);
    if (!parsed) return tl::unexpected(parsed.error());
    JsonReader::Problem problem;
    read_record(JsonReader(*parsed, problem), record);
    if (problem) return make_error(problem->code, place + ": " + problem->message);
    return {};
  };
  Finding& f = record.finding;
  auto read = with_file("finding.json", read_finding).and_then([&] { return read_case("case.json", f.found); });
  if (read && f.shrunk) {
    read = read_case("min.json", f.shrunk->minimal.failing).and_then([&] {
      return read_case("min-any-shape.json", f.shrunk->minimal_any_shape.failing);
    });
  }
  if (!read) return tl::unexpected(read.error());
  f.schema = *schema_of(f.found.program);
  f.folder = folder;
  return record;
}

std::optional<NecessaryOrder> order_in(const std::string& finding_json) {
  const auto parsed = parse_strict_json(finding_json, "finding.json");
  if (!parsed) return std::nullopt;
  FindingRecord record;
  JsonReader::Problem problem;
  read_record(JsonReader(*parsed, problem), record);
  if (problem || record.finding.cause.empty() || !record.finding.why) return std::nullopt;
  return record.finding.why->order;
}

}  // namespace straylane
