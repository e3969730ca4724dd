#include <fmt/format.h>

#include <algorithm>

#include "domain/case.h"
#include "domain/counted_noun.h"
#include "report/explanation_text.h"
#include "report/finding_sentences.h"
#include "report/html_report.h"
#include "report/report_text.h"
#include "report/text_report.h"

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
  if (at.statement.empty()) return html;
  return html + fmt::format("<pre class=\"statement\"><code>{}</code></pre>\n", html_text(at.statement));
}

using TitledCases = std::vector<std::pair<const char*, const Case*>>;

// The settings of one call in several cases, side by side.
std::string settings_table(const Finding& f, const TitledCases& cases, std::size_t call) {
  std::string head;
  for (const auto& [title, c] : cases) head += fmt::format("<th scope=\"col\">{}</th>", title);
  std::string html =
      fmt::format("<table class=\"settings\"><caption>Settings{}</caption><thead><tr><td></td>{}</tr></thead><tbody>\n",
                  f.found.calls.size() > 1 ? fmt::format(" of call {}", call) : "", head);
  for (std::size_t i = 0; i < f.schema.size(); ++i) {
    html += fmt::format("<tr><th scope=\"row\"><code>{}</code></th>", html_text(f.schema[i].name));
    for (const auto& [title, c] : cases) {
      if (call >= c->calls.size()) continue;
      const std::int64_t value = c->calls[call][i];
      html += fmt::format("<td{}>{}</td>", value == f.found.calls[call][i] ? "" : " class=\"changed\"",
                          value < 0 ? std::to_string(value) : grouped(static_cast<std::uint64_t>(value)));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string settings(const Finding& f) {
  TitledCases cases = {{"found", &f.found}};
  if (f.shrunk) cases.push_back({"smallest", &f.minimal()});
  if (f.shrunk && f.schema.has_shape()) cases.push_back({"any shape", &f.minimal_any_shape()});
  std::string html = "<h4>Settings before and after shrinking</h4>\n";
  for (std::size_t i = 0; i < f.found.calls.size(); ++i) html += settings_table(f, cases, i);
  if (!f.shrunk) return html + "<p class=\"aside\">Not shrunk.</p>\n";
  if (f.shrunk->executions > 0) {
    html += fmt::format("<p class=\"aside\">Shrunk in {}, {} executions.</p>\n", duration_text(f.shrunk->seconds),
                        grouped(f.shrunk->executions));
  }
  return html;
}

std::string schedule(const Finding& f) {
  if (!f.controlled) return "<p>Straylane does not control the schedule on this target, so it is not known.</p>\n";
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
  const std::string at = fewest_shown_at(f);
  if (at.empty()) return html;
  return html + fmt::format(
                    "<p class=\"aside\">Fewest possible: every schedule with fewer preemptions was run at {}, and none "
                    "fails. (Where a thread waits or ends, they follow the default rule.)</p>\n",
                    at);
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

std::string preformatted(const std::string& body) {
  return fmt::format("<pre class=\"why\" tabindex=\"0\">{}</pre>\n",
                     html_text(body.substr(0, body.find_last_not_of('\n') + 1)));
}

// Shows the point of no return also as a picture. An SVG in the `src` of an <img> can neither load nor run anything.
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

constexpr std::size_t kStretchMax = 9;  // rows without a note; the middle of a longer stretch is folded
constexpr std::size_t kShownFirst = 2;
constexpr std::size_t kShownLast = 4;
constexpr std::size_t kColours = 6;  // of threads, as in page_style.css

// Columns without bands, as an ordered list of what happened. A wide screen shows one column for each thread, a narrow
// one shows the turns one after another with the thread's colour and name.
class HtmlColumns {
 public:
  explicit HtmlColumns(const Columns& columns) : columns_(columns) {
    for (std::size_t i = 0; i < columns_.threads.size(); ++i) {
      place_.push_back(columns_.threads[i].is_main() ? 0 : ++shown_);
    }
  }

  std::string html() {
    html_ = fmt::format(
        "<div class=\"columns\" style=\"--threads:{}\" role=\"region\" tabindex=\"0\" aria-label=\"What each thread "
        "did, time running downwards\">\n<div class=\"heads\" aria-hidden=\"true\">",
        shown_);
    for (std::size_t i = 0; i < columns_.threads.size(); ++i) {
      if (place_[i] > 0) html_ += fmt::format("<div class=\"{}\">{}</div>", classes(i), name_of(i));
    }
    html_ += "</div>\n<ol>\n";
    const std::size_t end = std::min(columns_.rows.size(), kHtmlRowsMax);
    for (std::size_t begin = 0; begin < end;) {
      std::size_t next = begin + 1;
      while (next < end && columns_.rows[next].column == columns_.rows[begin].column) ++next;
      turn(begin, next);
      begin = next;
    }
    return html_ + "</ol>\n</div>\n" + what_is_left_out(end);
  }

 private:
  std::string classes(std::size_t column) const {
    return place_[column] == 0 ? "m" : fmt::format("t t{}", (place_[column] - 1) % kColours);
  }

  std::string name_of(std::size_t column) const {
    const ThreadId thread = columns_.threads[column];
    if (thread.is_main()) return "m <small>launching thread</small>";
    return fmt::format("{} <small>thread {} of launch {}</small>", to_string(thread), thread.index, thread.launch);
  }

  // The rows of one thread up to where another goes on. Each turn has a row of the page to itself, even where the
  // columns of others are free, because time runs downwards.
  void turn(std::size_t begin, std::size_t end) {
    const std::size_t column = columns_.rows[begin].column;
    html_ += fmt::format("<li class=\"turn {}\" style=\"--column:{};--row:{}\"><p class=\"who\">{}</p>\n",
                         classes(column), std::max<std::size_t>(place_[column], 1), ++turns_, name_of(column));
    file_.clear();
    for (std::size_t i = begin; i < end;) {
      const std::size_t from = i;
      while (i < end && columns_.rows[i].note.empty()) ++i;
      stretch(from, i);
      if (i < end) row(columns_.rows[i++]);
    }
    html_ += "</li>\n";
  }

  void stretch(std::size_t begin, std::size_t end) {
    const bool folded = end - begin > kStretchMax;
    for (std::size_t i = begin; i < end; ++i) {
      if (folded && i == begin + kShownFirst) {
        html_ += fmt::format("<details><summary>{} more lines</summary>\n", end - begin - kShownFirst - kShownLast);
      }
      if (folded && i == end - kShownLast) {
        html_ += "</details>\n";
        file_.clear();
      }
      row(columns_.rows[i]);
    }
  }

  void row(const ColumnRow& row) {
    const Site& site = row.site;
    if (site.kind != "end") {
      const std::string file = short_file(site.file);
      if (file != file_) html_ += fmt::format("<p class=\"file\">{}</p>", html_text(file));
      file_ = file;
      html_ += fmt::format("<div class=\"row\"><span class=\"line\">{}</span><code>{}</code></div>\n", site.line,
                           html_text(site.statement));
    }
    if (row.note.empty()) return;
    const char* kind = row.note.starts_with("preempted")   ? " preempted"
                       : row.note.starts_with("ends with") ? " failed"
                                                           : "";
    html_ += fmt::format("<p class=\"note{}\">{}</p>\n", kind, html_text(row.note));
  }

  std::string what_is_left_out(std::size_t shown) const {
    const std::size_t rows = columns_.rows.size() - shown + columns_.rows_cut;
    std::string html;
    if (rows > 0) html += fmt::format("<p class=\"aside\">Not shown: {} more rows.</p>\n", grouped(rows));
    if (const std::size_t threads = columns_.left_out.size(); threads > 0) {
      html += fmt::format("<p class=\"aside\">Not shown: {} other thread{}, {}.</p>\n", grouped(threads),
                          threads == 1 ? "" : "s", html_text(columns_.left_out_why));
    }
    return html;
  }

  const Columns& columns_;
  std::vector<std::size_t> place_;  // of a thread's column on the page, from 1; 0 for `m`, which takes the whole width
  std::size_t shown_ = 0;
  std::size_t turns_ = 0;
  std::string html_;
  std::string file_;  // the one that is named above the present rows
};

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
  html += badges(f) + where(record);
  for (const std::string& sentence : hypothesis_sentences(f)) html += "<p>" + html_text(sentence) + "</p>\n";
  html += story(record.story) + "<div class=\"pair\"><section>\n" + settings(f) + "</section>\n<section>\n" +
          schedule(f) + "</section></div>\n" + why(record);
  if (!record.columns.rows.empty()) {
    html += "<h4>What happened, at the smallest settings</h4>\n" + HtmlColumns(record.columns).html();
  }
  html += commands(f) + "<h4>Facts</h4>\n" + facts(f);
  html += fmt::format(
      "<details class=\"text\"><summary>The whole of report.txt</summary><pre tabindex=\"0\">{}</pre></details>\n",
      html_text(render_report(record)));
  return html + "</article>\n";
}

}  // namespace straylane
