#include "report/finding_record.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "codec/json_codec.h"
#include "codec/json_reader.h"
#include "codec/strict_json.h"
#include "report/hunt_json.h"
#include "report/no_return_svg.h"
#include "report/story_text.h"
#include "report/why_text.h"

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* kFormat = "straylane-finding/1";
constexpr std::size_t kStoryLinesMax = 1'000;
constexpr std::size_t kWhyLinesMax = 10'000;
constexpr std::int64_t kIndexMax = std::numeric_limits<std::int64_t>::max();

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

json columns_to_json(const FindingRecord& record) {
  json threads = json::array();
  for (const ThreadId thread : record.columns.threads) threads.push_back(to_string(thread));
  json left_out = json::array();
  for (const ThreadId thread : record.columns.left_out) left_out.push_back(to_string(thread));
  json rows = json::array();
  for (const ColumnRow& row : record.columns.rows) {
    rows.push_back({{"column", row.column},
                    {"file", row.site.file},
                    {"line", row.site.line},
                    {"function", row.site.function},
                    {"statement", row.site.statement},
                    {"kind", row.site.kind},
                    {"note", row.note}});
  }
  return {
      {"threads", threads}, {"threads_left_out", left_out}, {"rows", rows}, {"rows_left_out", record.rows_left_out}};
}

// --- reading

ThreadId thread_from(const JsonReader& in) {
  const std::string text = in.text();
  if (in.failed()) return {};
  const auto thread = parse_thread_id(text);
  if (!thread) in.refuse(ErrorCode::kMalformed, thread.error().message);
  return thread.value_or(ThreadId{});
}

std::uint32_t count32(const JsonReader& in) { return static_cast<std::uint32_t>(in.integer(0, UINT32_MAX)); }

Columns columns_from(const JsonReader& in) {
  Columns columns;
  in.at("threads").each(0, kColumnRowsMax, [&](const JsonReader& t) { columns.threads.push_back(thread_from(t)); });
  in.at("threads_left_out").each(0, 1 << 21, [&](const JsonReader& t) { columns.left_out.push_back(thread_from(t)); });
  in.at("rows").each(0, kColumnRowsMax, [&](const JsonReader& r) {
    ColumnRow row;
    row.column = static_cast<std::size_t>(r.at("column").integer(0, std::ssize(columns.threads) - 1));
    row.site = {
        .file = r.at("file").text(), .function = r.at("function").text(), .statement = r.at("statement").text()};
    row.site.line = count32(r.at("line"));
    row.site.kind = r.at("kind").text();
    row.note = r.at("note").text();
    columns.rows.push_back(std::move(row));
  });
  return columns;
}

Confirmed confirmed_from(const JsonReader& in) {
  const std::string text = in.text();
  for (const Confirmed c : {Confirmed::kStock, Confirmed::kNo, Confirmed::kNotTried}) {
    if (text == to_string(c)) return c;
  }
  in.refuse(ErrorCode::kMalformed, fmt::format("is {}, must be stock, no or not-tried", in.quoted()));
  return Confirmed::kNotTried;
}

Failure failure_from(const JsonReader& in) {
  Failure failure{.oracle = in.at("oracle").text(),
                  .exception_type = in.at("exception_type").text(),
                  .message = in.at("message").text(),
                  .function = in.at("function").text()};
  if (!in.at("thread").is_null()) failure.thread = thread_from(in.at("thread"));
  failure.thread_index = in.at("thread_index").integer(-1, kIndexMax);
  failure.n_threads = in.at("n_threads").integer(-1, kIndexMax);
  failure.stray = in.at("stray").boolean();
  return failure;
}

void read_figures(const JsonReader& in, Finding& f) {
  f.preemptions = count32(in.at("preemptions"));
  f.preemptions_any_block = count32(in.at("preemptions_any_block"));
  f.proven = in.at("preemptions_proven").boolean();
  f.proven_at = in.at("preemptions_proven_at").text();
  f.shrink_executions = in.at("shrink").at("executions").unsigned_integer();
  f.shrink_seconds = in.at("shrink").at("seconds").number();
  f.stopped_early = in.at("shrink").at("stopped_early").text();
  f.launches_to_failure = in.at("launches_to_failure").unsigned_integer();
  f.seconds_to_failure = in.at("seconds_to_failure").number();
  f.failing_launches = in.at("failing_launches").unsigned_integer();
  f.stray_launches = in.at("stray_launches").unsigned_integer();
  const JsonReader replays = in.at("replays");
  f.replays = {count32(replays.at("times")), count32(replays.at("reproduced")), count32(replays.at("traces_distinct"))};
}

// The figures of finding.json; keys that are not known are those of a later version.
void read_record(const JsonReader& in, FindingRecord& record) {
  Finding& f = record.finding;
  if (in.at("format").text() != kFormat) {
    in.at("format").refuse(ErrorCode::kMalformed, fmt::format("is {}, must be {}", in.at("format").quoted(), kFormat));
  }
  f.bucket = in.at("bucket").text();
  f.target = in.at("target").text();
  f.controlled = in.at("controlled").boolean();
  f.unfinished = in.at("unfinished").text();
  f.failure = failure_from(in);
  read_figures(in, f);
  f.confirmed = confirmed_from(in.at("confirmed"));
  f.confirmation = in.at("confirmation").text();
  f.token = in.at("token").text();
  if (in.has("cause")) f.cause = in.at("cause").text();  // earlier versions had none
  if (const std::string kernel = in.at("kernel").text(); !kernel.empty()) {
    f.kernel = KernelSource{.path = kernel, .program = kernel_program(kernel), .files = {}};
    in.at("kernel_files").each(0, 1'000, [&](const JsonReader& file) { f.kernel->files[file.text()] = ""; });
  }
  if (const JsonReader location = in.at("location"); !location.is_null()) {
    record.location = SourceLocation{location.at("file").text(), count32(location.at("line")),
                                     location.at("function").text(), location.at("statement").text()};
  }
  in.at("story").each(0, kStoryLinesMax, [&](const JsonReader& line) { record.story.push_back(line.text()); });
  if (in.has("why_lines")) {  // earlier versions had none
    in.at("why_lines").each(0, kWhyLinesMax, [&](const JsonReader& line) { record.why.push_back(line.text()); });
  }
  record.columns = columns_from(in.at("columns"));
  record.rows_left_out = in.at("columns").at("rows_left_out").unsigned_integer();
}

std::string text_of(const std::map<std::string, std::string>& files, const std::string& name) {
  const auto file = files.find(name);
  return file == files.end() ? "" : file->second;
}

// What report.txt of an earlier version says: what failed, and whether it was confirmed.
void read_report_text(FindingRecord& record, const std::string& folder) {
  Finding& f = record.finding;
  const std::size_t line_end = record.text.find('\n');
  f.failure.message = record.text.substr(0, line_end);
  f.bucket = folder.substr(folder.find_last_of('/') + 1);
  if (record.text.find("\nConfirmed on the stock system") != std::string::npos) f.confirmed = Confirmed::kStock;
  if (record.text.find("\nNOT confirmed on the stock system") != std::string::npos) f.confirmed = Confirmed::kNo;
}

}  // namespace

FindingRecord record_of(const Finding& finding) {
  FindingRecord record;
  record.location = location_of(finding);
  const bool traced = finding.shrunk && finding.controlled && !finding.trace_any_block.trace.empty();
  if (traced) {
    record.story = lines_of(story_text(finding.trace_any_block));
    record.columns = columns_of(finding.trace_any_block);
    record.rows_left_out = record.columns.rows_cut;
    if (record.columns.rows.size() > kColumnRowsMax) {
      record.rows_left_out += record.columns.rows.size() - kColumnRowsMax;
      record.columns.rows.resize(kColumnRowsMax);
    }
    if (finding.why) {
      record.why = lines_of(why_text(*finding.why, finding.trace_any_block, finding.minimal_any_block.launches));
      record.no_return_svg = no_return_svg(finding.why->no_return);
    }
  }
  record.finding = finding;
  record.finding.trace = record.finding.trace_any_block = Observation{};
  return record;
}

std::string finding_file(const FindingRecord& record) {
  json j = {{"format", kFormat}};
  const json figures = finding_to_json(record.finding, record.location);
  for (const auto& [key, value] : figures.items()) j[key] = value;
  for (const char* in_other_files : {"found", "minimal", "minimal_any_block", "folder"}) j.erase(in_other_files);
  j["preemptions_any_block"] = record.finding.preemptions_any_block;
  j["preemptions_proven_at"] = record.finding.proven_at;
  j["kernel"] = record.finding.kernel ? record.finding.kernel->path : "";
  j["kernel_files"] = json::array();
  if (record.finding.kernel) {
    for (const auto& [name, text] : record.finding.kernel->files) j["kernel_files"].push_back(name);
  }
  j["story"] = record.story;
  j["why_lines"] = record.why;
  j["columns"] = columns_to_json(record);
  return j.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Expected<FindingRecord> record_from_files(const std::map<std::string, std::string>& files, const std::string& folder) {
  const auto place = [&](const char* name) { return folder + "/" + name; };
  FindingRecord record;
  record.text = text_of(files, "report.txt");
  record.no_return_svg = text_of(files, "no-return.svg");
  if (const auto file = files.find("finding.json"); file != files.end()) {
    const auto read = parse_strict_json(file->second, place("finding.json"));
    if (!read) return tl::unexpected(read.error());
    JsonReader::Problem problem;
    read_record(JsonReader(*read, problem), record);
    if (problem) return make_error(problem->code, place("finding.json") + ": " + problem->message);
  } else {
    read_report_text(record, folder);
  }
  Finding& f = record.finding;
  const auto read_case = [&](const char* name, Case& c) -> Expected<bool> {
    const auto file = files.find(name);
    if (file == files.end()) return false;
    return case_from_json(file->second, place(name)).map([&](Case read) {
      c = std::move(read);
      return true;
    });
  };
  const auto found = read_case("case.json", f.found);
  if (!found) return tl::unexpected(found.error());
  if (!*found) return make_error(ErrorCode::kMalformed, folder + ": has no case.json, is no folder of a finding");
  const auto minimal = read_case("min.json", f.minimal);
  if (!minimal) return tl::unexpected(minimal.error());
  const auto any_block = read_case("min-any-block.json", f.minimal_any_block);
  if (!any_block) return tl::unexpected(any_block.error());
  f.shrunk = *minimal && *any_block;
  if (!f.shrunk) f.minimal = f.found;
  if (f.target.empty()) f.target = f.found.target;
  f.folder = folder;
  return record;
}

}  // namespace straylane
