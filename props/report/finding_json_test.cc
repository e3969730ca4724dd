// A finding that was written is read back, and renders the same before and after.

#include "report/finding_json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <tuple>

#include "fuzz/random_explanation.h"
#include "props/random_schema.h"
#include "report/html_report.h"
#include "report/junit.h"
#include "report/report_text.h"
#include "report/run_json.h"
#include "report/sarif.h"
#include "report/text_report.h"

namespace straylane {
namespace {

std::string draw_text() {
  static const std::vector<std::string> kTexts = {
      "", "plain", "two\nlines", "\"quoted\" \\ <b>&", "\xC3\xA9\xE2\x82\xAC", "0"};
  return *rc::gen::oneOf(rc::gen::elementOf(kTexts), rc::gen::string<std::string>());
}
// UTF-8 text, which is read back unchanged.
std::string draw_utf8() {
  const std::string text = draw_text();
  return clean(text) == text ? text : "two\nlines";
}

std::uint64_t draw_count() {
  return *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 50), rc::gen::arbitrary<std::uint64_t>());
}
std::uint32_t draw_count32() { return static_cast<std::uint32_t>(draw_count()); }
bool draw_bool() { return *rc::gen::arbitrary<bool>(); }
double draw_seconds() { return static_cast<double>(*rc::gen::inRange(0, 1'000'000)) / 997; }
ThreadId draw_thread() { return {*rc::gen::inRange(0, 3), *rc::gen::inRange(0, 9)}; }

using Text = std::function<std::string()>;

Site draw_site(const Text& text) {
  return {.file = text(), .function = text(), .statement = text(), .line = draw_count32(), .kind = text()};
}

Case draw_case(const Schema& schema) {
  Case c{.target = "host", .program = "program"};
  for (auto left = *rc::gen::inRange(1, 4); left > 0; --left) c.calls.push_back(*settings_of(schema));
  if (schema.takes_data()) c.data = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  RecordedForm choices;
  for (std::uint32_t yield = 1; yield <= *rc::gen::inRange(0U, 4U); ++yield)
    choices.push_back({draw_thread(), yield, draw_thread()});
  c.schedule = choices;
  return c;
}

Minimum draw_minimum(const Schema& schema, const Text& text) {
  return {.failing = draw_case(schema),
          .preemptions = draw_count32(),
          .proven = draw_bool(),
          .not_proven = text(),
          .canonical = draw_bool(),
          .stopped_early = text()};
}

// With only what documents hold: the place of an act, but not the site of its stretch.
Explanation draw_why(const RandomExplanation& random, const Text& text) {
  Explanation why = random.why;
  const auto plain = [&](Act& act) {
    act.stretch.site = {};
    act.place = draw_site(text);
    act.place.kind.clear();
    act.note = text();
  };
  for (NecessaryOrdering& o : why.order.orderings) plain(o.first), plain(o.second);
  if (why.no_return.jump_act) plain(*why.no_return.jump_act);
  if (why.no_return.certain_act) plain(*why.no_return.certain_act);
  why.order.stopped_early = text();
  why.no_return.stopped_early = text();
  why.seconds = draw_seconds();
  return why;
}

FindingRecord draw_record(const Text& text) {
  FindingRecord record;
  Finding& f = record.finding;
  f.schema = *random_schema();
  f.bucket = text();
  f.target = text();
  f.controlled = draw_bool();
  f.can_confirm = draw_bool();
  f.exports = text();
  f.sources.entry = text();
  if (draw_bool()) f.sources.roots = {{text(), text(), text()}, {text(), text(), text()}};
  f.failure = {.oracle = text(), .rule = text(), .exception_type = text(), .message = text(), .function = text()};
  if (draw_bool()) f.failure.thread = draw_thread();
  if (draw_bool())
    f.failure.facts = {{text(), *rc::gen::arbitrary<std::int64_t>()}, {"fact", *rc::gen::inRange<std::int64_t>(0, 2)}};
  if (draw_bool())
    f.hypothesis = HypothesisCheck{{text(), "fact", text(), text(), text(), text()}, {draw_count(), draw_count()}};
  f.unfinished = text();
  f.found = draw_case(f.schema);
  if (draw_bool()) {
    f.shrunk = Shrunk{.minimal = draw_minimum(f.schema, text), .minimal_any_shape = draw_minimum(f.schema, text)};
    if (draw_bool()) f.shrunk->smaller_settings = SmallerSettings{draw_bool(), draw_count(), draw_count(), text()};
    f.shrunk->executions = draw_count();
    f.shrunk->seconds = draw_seconds();
  }
  f.launches_to_failure = draw_count();
  f.seconds_to_failure = draw_seconds();
  f.replays = {draw_count32(), draw_count32(), draw_count32()};
  f.confirmed = *rc::gen::element(Confirmed::kStock, Confirmed::kNo, Confirmed::kNotTried);
  f.confirmation = text();
  f.token = text();
  f.cause = text();
  if (draw_bool()) f.kernel = KernelSource{.path = text(), .program = text(), .files = {}};
  f.folder = "findings/one";
  if (draw_bool()) record.location = location_of(draw_site(text), f.sources);
  if (draw_bool()) record.story = {{{text(), text()}, {text(), ""}}, text()};
  const auto bytes = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
  const RandomExplanation random = explanation_from(bytes);
  if (draw_bool()) f.why = draw_why(random, text);
  record.columns = columns_of(random.trace);
  record.matters = columns_that_matter(random.trace, random.why.order.orderings);
  for (Columns* columns : {&record.columns, &record.matters}) {
    for (ColumnRow& row : columns->rows) {
      row.site = draw_site(text);
      row.note = text();
    }
  }
  return record;
}

FindingRecord read_again(const FindingRecord& record) {
  const Finding& f = record.finding;
  std::map<std::string, std::string> files = {{"finding.json", finding_file(record)},
                                              {"case.json", to_json(f.found, f.schema)}};
  if (f.shrunk) {
    files["min.json"] = to_json(f.minimal(), f.schema);
    files["min-any-shape.json"] = to_json(f.minimal_any_shape(), f.schema);
  }
  const auto read = record_from_files(files, f.folder, [&](const std::string&) { return &f.schema; });
  RC_ASSERT(read.has_value());
  return *read;
}

RC_GTEST_PROP(FindingJson, WhatIsWrittenIsReadBack, ()) {
  const FindingRecord record = draw_record(draw_utf8);
  const FindingRecord read = read_again(record);
  const Finding& a = record.finding;
  const Finding& b = read.finding;
  const auto plain = [](const Finding& f) {
    return std::tie(f.bucket, f.target, f.controlled, f.can_confirm, f.exports, f.unfinished, f.launches_to_failure,
                    f.seconds_to_failure, f.confirmed, f.confirmation, f.token, f.cause, f.folder);
  };
  RC_ASSERT(plain(b) == plain(a));
  RC_ASSERT(b.failure == a.failure);
  RC_ASSERT(b.hypothesis == a.hypothesis);
  RC_ASSERT(b.found == a.found);
  RC_ASSERT(b.shrunk == a.shrunk);
  RC_ASSERT(b.replays == a.replays);
  RC_ASSERT(b.why == a.why);
  RC_ASSERT(b.kernel == a.kernel);
  RC_ASSERT(b.schema == a.schema);
  RC_ASSERT(b.sources == a.sources);
  RC_ASSERT(read.location == record.location);
  RC_ASSERT(finding_file(read) == finding_file(record));
}

RC_GTEST_PROP(FindingJson, ReportsOfAFolderSayWhatTheRunSaid, ()) {
  RunRecord run{.findings = {draw_record(draw_utf8)}};
  RunRecord again{.findings = {read_again(run.findings[0])}};
  RC_ASSERT(finding_to_json(again.findings[0]) == finding_to_json(run.findings[0]));
  RC_ASSERT(render_report(again.findings[0]) == render_report(run.findings[0]));
  RC_ASSERT(render_html_report(again) == render_html_report(run));
  RC_ASSERT(render_sarif(again) == render_sarif(run));
  RC_ASSERT(render_run_junit(again) == render_run_junit(run));
  RC_ASSERT(render_run_json(again) == render_run_json(run));
}

RC_GTEST_PROP(FindingJson, AnyBytesAreTextThatStaysAsItIs, ()) {
  const FindingRecord read = read_again(draw_record(draw_text));
  RC_ASSERT(finding_file(read_again(read)) == finding_file(read));
}

RC_GTEST_PROP(FindingJson, OrderingsAreFoundByThoseWhoSeekACause, ()) {
  const FindingRecord record = draw_record(draw_utf8);
  const auto order = order_in(finding_file(record));
  RC_ASSERT(order.has_value() == (record.finding.why && !record.finding.cause.empty()));
  if (order) RC_ASSERT(*order == record.finding.why->order);
}

TEST(FindingJson, RefusesWhatIsMissingAndPlacesThatAreNoWhere) {
  const Schema schema;
  const SchemaOf schema_of = [&](const std::string&) { return &schema; };
  const auto error_of = [&](const std::string& text) {
    return record_from_files({{"finding.json", text}}, "f", schema_of).error().message;
  };
  EXPECT_EQ(record_from_files({}, "f", schema_of).error().message,
            "f/finding.json: does not exist, so this is not the folder of a finding");
  EXPECT_NE(error_of("{").find("f/finding.json"), std::string::npos);
  EXPECT_NE(error_of(R"({"format": "straylane-finding/1"})").find("must be straylane-finding/2"), std::string::npos);
  EXPECT_NE(error_of(R"({"format": "straylane-finding/2"})").find("bucket"), std::string::npos);
  FindingRecord record;
  record.columns.rows = {ColumnRow{.column = 0}};
  EXPECT_EQ(error_of(finding_file(record)), "f/finding.json: columns: names a place that is not in the list");
  record = {};
  record.finding.why = Explanation{};
  record.finding.why->no_return.certain = 0;
  EXPECT_EQ(error_of(finding_file(record)), "f/finding.json: why: names a place that is not in the list");
  EXPECT_EQ(error_of(finding_file({})), "f/case.json: does not exist, so this is not the folder of a finding");
}

}  // namespace
}  // namespace straylane
