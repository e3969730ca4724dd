#include "report/html_finding.h"

#include <fmt/format.h>

#include <array>

#include "domain/describe_system.h"
#include "report/failure_text.h"
#include "report/html_columns.h"
#include "report/html_text.h"
#include "report/html_why.h"
#include "report/replay_commands.h"

namespace straylane {
namespace {

struct Field {
  const char* name;
  std::int64_t Settings::*member;
};
constexpr std::array<Field, 4> kFields = {{{"array_size", &Settings::array_size},
                                           {"buffer_size", &Settings::buffer_size},
                                           {"n_threads", &Settings::n_threads},
                                           {"block_size", &Settings::block_size}}};

std::string badge(const char* kind, const std::string& text) {
  return fmt::format("<li class=\"badge {}\">{}</li>", kind, html_text(text));
}

std::string badges(const Finding& f) {
  std::string html = "<ul class=\"badges\">";
  html += f.confirmed == Confirmed::kStock ? badge("good", "confirmed on the stock system")
          : f.confirmed == Confirmed::kNo  ? badge("doubt", "not confirmed")
                                           : badge("plain", "no stock system to try");
  html += badge("plain", "target " + f.target) + badge("plain", "oracle " + f.failure.oracle);
  if (f.failure.stray) html += badge("bad", "stray lane");
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

// What a shrunk value looks like beside the one it came from.
std::string cell(std::int64_t value, std::int64_t before) {
  return fmt::format("<td{}>{}</td>", value == before ? "" : " class=\"changed\"",
                     grouped(static_cast<std::uint64_t>(value)));
}

std::string settings_table(const Finding& f, std::size_t launch) {
  const Settings& found = f.found.launches[launch];
  const auto of = [&](const Case& c) { return f.shrunk && launch < c.launches.size() ? &c.launches[launch] : nullptr; };
  const Settings* minimal = of(f.minimal);
  const Settings* any_block = of(f.minimal_any_block);
  std::string html = fmt::format(
      "<table class=\"settings\"><caption>Settings{}</caption><thead><tr><td></td><th scope=\"col\">"
      "found</th>{}{}</tr></thead><tbody>\n",
      f.found.launches.size() > 1 ? fmt::format(" of launch {}", launch) : "",
      minimal ? "<th scope=\"col\">smallest</th>" : "", any_block ? "<th scope=\"col\">with block_size, too</th>" : "");
  for (const Field& field : kFields) {
    html += fmt::format("<tr><th scope=\"row\"><code>{}</code></th><td>{}</td>{}{}</tr>\n", field.name,
                        grouped(static_cast<std::uint64_t>(found.*field.member)),
                        minimal ? cell(minimal->*field.member, found.*field.member) : "",
                        any_block ? cell(any_block->*field.member, found.*field.member) : "");
  }
  return html + "</tbody></table>\n";
}

std::string settings(const Finding& f) {
  std::string html = "<h4>Settings before and after shrinking</h4>\n";
  for (std::size_t i = 0; i < f.found.launches.size(); ++i) html += settings_table(f, i);
  if (!f.shrunk) return html + "<p class=\"aside\">Not shrunk.</p>\n";
  if (f.shrink_executions > 0) {
    html += fmt::format("<p class=\"aside\">Shrunk in {}, {} executions.</p>\n", duration_text(f.shrink_seconds),
                        grouped(f.shrink_executions));
  }
  return html;
}

std::string schedule(const Finding& f) {
  if (!f.controlled) return "<p>The schedule is not under control on this target, and not known.</p>\n";
  const auto* choices = std::get_if<RecordedForm>(&f.minimal.schedule);
  if (!f.shrunk || choices == nullptr) return "";
  std::string html = fmt::format("<h4>Schedule of the smallest case: {} preemption{}</h4>\n", f.preemptions,
                                 f.preemptions == 1 ? "" : "s");
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
  if (f.proven && f.preemptions > 0) {
    html += fmt::format(
        "<p class=\"aside\">Fewest possible: every schedule with fewer preemptions was run at {}, and none "
        "fails. (By the default rule where a thread waits or ends.)</p>\n",
        html_text(f.proven_at));
  }
  return html;
}

// story_text() as a list: "  1. 0:0 runs and ..." with, deeper, the statement.
std::string story(const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string items;
  std::string others;
  for (const std::string& line : lines) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos) continue;
    const std::string text = line.substr(begin);
    const std::size_t dot = text.find(". ");
    const bool numbered = begin == 2 && dot != std::string::npos && text.find_first_not_of("0123456789") == dot;
    if (numbered) {
      items += (items.empty() ? "<li>" : "</li>\n<li>") + html_text(text.substr(dot + 2));
    } else if (!items.empty() && begin > 2) {
      items += "<br><code>" + html_text(text) + "</code>";
    } else {
      others += "<p>" + html_text(text) + "</p>\n";
    }
  }
  return "<h4>In short</h4>\n" + (items.empty() ? "" : "<ol class=\"story\">\n" + items + "</li>\n</ol>\n") + others;
}

std::string stray_lane(const Finding& f) {
  std::string text;
  if (!f.controlled) return "";
  if (f.failure.thread && f.failure.n_threads >= 0 && f.failure.thread_index >= 0) {
    text +=
        fmt::format("As found, thread {} (global index {}) failed, and n_threads is {}: {}. ",
                    to_string(*f.failure.thread), f.failure.thread_index, f.failure.n_threads,
                    f.failure.stray ? "a stray lane, it should have returned" : "no stray lane, it was meant to run");
  }
  if (f.failing_launches > 0) {
    text += fmt::format(
        "Over all failures of the run, {} of {} failing launches had a failing thread at or above n_threads.",
        f.stray_launches, f.failing_launches);
  }
  return text.empty() ? "" : "<p>" + html_text(text) + "</p>\n";
}

std::string facts(const Finding& f) {
  std::string html = "<dl class=\"facts\">\n";
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, html_text(text));
  };
  add("System", describe(f.found.system));
  if (f.kernel) add("Kernel", f.kernel->path);
  if (f.launches_to_failure > 0) {
    add("Found after", fmt::format("{} launch{}, {}", f.launches_to_failure, f.launches_to_failure == 1 ? "" : "es",
                                   duration_text(f.seconds_to_failure)));
  }
  if (f.replays.times > 0) {
    add("Replays", fmt::format("{} of {} failed in this bucket{}", f.replays.reproduced, f.replays.times,
                               f.controlled ? fmt::format(", {} distinct trace{}", f.replays.traces_distinct,
                                                          f.replays.traces_distinct == 1 ? "" : "s")
                                            : ""));
  }
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
                  id, id, id, html_text(f.failure.oracle.empty() ? f.failure.message : what_failed(f.failure)));
  html += badges(f) + where(record) + stray_lane(f) + story(record.story);
  html +=
      "<div class=\"pair\"><section>\n" + settings(f) + "</section>\n<section>\n" + schedule(f) + "</section></div>\n";
  html += render_html_why(record);
  if (const std::string columns = render_html_columns(record); !columns.empty()) {
    html += "<h4>What happened, at the smallest settings</h4>\n" + columns;
  }
  html += commands(f) + "<h4>Facts</h4>\n" + facts(f);
  if (!record.text.empty()) {
    html += fmt::format(
        "<details class=\"text\"><summary>The whole of report.txt</summary><pre tabindex=\"0\">{}</pre></details>\n",
        html_text(record.text));
  }
  return html + "</article>\n";
}

}  // namespace straylane
