#include "report/html_finding.h"

#include <fmt/format.h>

#include "domain/counted_noun.h"
#include "domain/describe_system.h"
#include "report/finding_sentences.h"
#include "report/html_columns.h"
#include "report/no_return_svg.h"
#include "report/number_text.h"
#include "report/outside_text.h"
#include "report/text_report.h"
#include "report/why_text.h"

namespace straylane {
namespace {

std::string badge(const char* kind, const std::string& text) {
  return fmt::format("<li class=\"badge {}\">{}</li>", kind, html_text(text));
}

std::string badges(const Finding& f) {
  std::string html = "<ul class=\"badges\">";
  html += f.confirmed == Confirmed::kStock ? badge("good", "confirmed on the stock system")
          : f.confirmed == Confirmed::kNo  ? badge("doubt", "not confirmed")
                                           : badge("plain", "no stock system to try");
  html += badge("plain", "target " + f.target) + badge("plain", "oracle " + f.failure.oracle);
  if (hypothesis_holds(f)) html += badge("bad", f.hypothesis->hypothesis.name);
  if (!f.unfinished.empty()) html += badge("doubt", "unfinished: interrupted while " + f.unfinished);
  if (f.found.granularity != Granularity::kSwitch) html += badge("doubt", "may be impossible");
  return html + "</ul>\n";
}

std::string where(const FindingRecord& record) {
  if (!record.location) return "";
  const SourceLocation& at = *record.location;
  std::string html = fmt::format("<p class=\"where\"><code>{}{}</code>{}</p>\n", html_text(at.file),
                                 at.line == 0 ? "" : fmt::format(":{}", at.line),
                                 at.function.empty() ? "" : " in <code>" + html_text(at.function) + "</code>");
  if (!at.statement.empty())
    html += fmt::format("<pre class=\"statement\"><code>{}</code></pre>\n", html_text(at.statement));
  return html;
}

// The settings of a case, beside those before it was shrunk.
struct Column {
  const char* title;
  const Case* value;
};

std::string settings_table(const Finding& f, const std::vector<Column>& columns, std::size_t call) {
  std::string head;
  for (const Column& column : columns) head += fmt::format("<th scope=\"col\">{}</th>", column.title);
  std::string html =
      fmt::format("<table class=\"settings\"><caption>Settings{}</caption><thead><tr><td></td>{}</tr></thead><tbody>\n",
                  f.found.calls.size() > 1 ? fmt::format(" of call {}", call) : "", head);
  for (std::size_t i = 0; i < f.schema.size(); ++i) {
    html += fmt::format("<tr><th scope=\"row\"><code>{}</code></th>", html_text(f.schema[i].name));
    for (const Column& column : columns) {
      if (call >= column.value->calls.size()) continue;
      const std::int64_t value = column.value->calls[call][i];
      html += fmt::format("<td{}>{}</td>", value == f.found.calls[call][i] ? "" : " class=\"changed\"",
                          value < 0 ? std::to_string(value) : grouped(static_cast<std::uint64_t>(value)));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string settings(const Finding& f) {
  std::vector<Column> columns = {{"found", &f.found}};
  if (f.shrunk) columns.push_back({"smallest", &f.minimal()});
  if (f.shrunk && f.schema.has_shape()) columns.push_back({"any shape", &f.minimal_any_shape()});
  std::string html = "<h4>Settings before and after shrinking</h4>\n";
  for (std::size_t i = 0; i < f.found.calls.size(); ++i) html += settings_table(f, columns, i);
  if (!f.shrunk) return html + "<p class=\"aside\">Not shrunk.</p>\n";
  if (f.shrunk->executions > 0) {
    html += fmt::format("<p class=\"aside\">Shrunk in {}, {} executions.</p>\n", duration_text(f.shrunk->seconds),
                        grouped(f.shrunk->executions));
  }
  return html;
}

std::string schedule(const Finding& f) {
  if (!f.controlled) return "<p>The schedule is not under control on this target, and not known.</p>\n";
  const auto* choices = std::get_if<RecordedForm>(&f.minimal().schedule);
  if (!f.shrunk || choices == nullptr) return "";
  std::string html = fmt::format("<h4>Schedule of the smallest case: {}</h4>\n",
                                 counted_noun(f.shrunk->minimal.preemptions, "preemption"));
  if (choices->empty()) return html + "<p>None is needed: it fails under the default schedule.</p>\n";
  html += "<ol class=\"choices\">\n";
  for (const Choice& choice : *choices) {
    html += fmt::format("<li>At yield point {} of <b>{}</b>, <b>{}</b> goes on", choice.yield, to_string(choice.thread),
                        to_string(choice.to));
    if (choice.site) {
      html += fmt::format("<br><code>{}:{}</code><br><code>{}</code>", html_text(choice.site->file), choice.site->line,
                          html_text(choice.site->statement));
    }
    html += "</li>\n";
  }
  html += "</ol>\n";
  if (const std::string at = fewest_shown_at(f); !at.empty()) {
    html += fmt::format(
        "<p class=\"aside\">Fewest possible: every schedule with fewer preemptions was run at {}, and none "
        "fails. (By the default rule where a thread waits or ends.)</p>\n",
        at);
  }
  return html;
}

std::string story(const Story& story) {
  if (story.empty()) return "";
  std::string items;
  for (const StorySentence& sentence : story.sentences) {
    items += "<li>" + html_text(sentence.text);
    if (!sentence.statement.empty()) items += "<br><code>" + html_text(sentence.statement) + "</code>";
    items += "</li>\n";
  }
  return "<h4>In short</h4>\n" + (items.empty() ? "" : "<ol class=\"story\">\n" + items + "</ol>\n") +
         (story.rest.empty() ? "" : "<p>" + html_text(story.rest) + "</p>\n");
}

std::string hypothesis(const Finding& f) {
  std::string html;
  for (const std::string& sentence : hypothesis_sentences(f)) html += "<p>" + html_text(sentence) + "</p>\n";
  return html;
}

std::string preformatted(const std::string& body) {
  return fmt::format("<pre class=\"why\" tabindex=\"0\">{}</pre>\n",
                     html_text(body.substr(0, body.find_last_not_of('\n') + 1)));
}

// The point of no return as a picture besides: an SVG as the `src` of an <img> can neither load nor run anything.
std::string why(const FindingRecord& record) {
  const Finding& f = record.finding;
  if (!f.why) return "";
  std::string html = "<h4>Why it fails, at the smallest settings</h4>\n";
  for (const WhySection& section : why_sections(*f.why, record.matters)) {
    html += fmt::format("<h5>{}</h5>\n", html_text(section.title));
    html += !section.is_curve
                ? preformatted(section.body)
                : fmt::format(
                      "<div class=\"no-return\" role=\"region\" tabindex=\"0\" aria-label=\"Plot\"><img width=\"720\" "
                      "height=\"260\" alt=\"The chance of failure along the run; its figures stand below\" "
                      "src=\"data:image/svg+xml,{}\"></div>\n<details><summary>The figures</summary>{}</details>\n",
                      percent_encoded(no_return_svg(f.why->no_return)), preformatted(section.body));
  }
  return html;
}

std::string facts(const Finding& f) {
  std::string html = "<dl class=\"facts\">\n";
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, html_text(text));
  };
  add("System", describe(f.found.system));
  if (f.kernel) add("Kernel", f.kernel->path);
  if (f.launches_to_failure > 0) {
    add("Found after", counted_noun(f.launches_to_failure, "launch") + ", " + duration_text(f.seconds_to_failure));
  }
  if (f.replays.times > 0) add("Replays", replays_sentence(f));
  add("Stock system", f.confirmation);
  add("Bucket", f.bucket);
  add("Folder", f.folder);
  return html + "</dl>\n";
}

std::string commands(const Finding& f) {
  std::string html =
      "<h4>See it again</h4>\n<p class=\"aside\">One click selects a whole command.</p>\n<dl class=\"commands\">\n";
  for (const ReplayCommand& again : replay_commands(f)) {
    html += fmt::format("<dt>{}</dt><dd><pre class=\"command\"><code>{}</code></pre></dd>\n", html_text(again.what),
                        html_text(again.command));
  }
  return html + "</dl>\n";
}

}  // namespace

std::string render_html_finding(const FindingRecord& record, const std::string& id) {
  const Finding& f = record.finding;
  std::string html =
      fmt::format("<article class=\"finding\" id=\"{}\" aria-labelledby=\"{}-title\">\n<h3 id=\"{}-title\">{}</h3>\n",
                  id, id, id, html_text(what_failed(f.failure)));
  html += badges(f) + where(record) + hypothesis(f) + story(record.story);
  html +=
      "<div class=\"pair\"><section>\n" + settings(f) + "</section>\n<section>\n" + schedule(f) + "</section></div>\n";
  html += why(record);
  if (const std::string columns = render_html_columns(record.columns); !columns.empty()) {
    html += "<h4>What happened, at the smallest settings</h4>\n" + columns;
  }
  html += commands(f) + "<h4>Facts</h4>\n" + facts(f);
  html += fmt::format(
      "<details class=\"text\"><summary>The whole of report.txt</summary><pre tabindex=\"0\">{}</pre></details>\n",
      html_text(render_report(record)));
  return html + "</article>\n";
}

}  // namespace straylane
