#include "report/html_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/case.h"
#include "domain/counted_noun.h"
#include "report/finding_sentences.h"
#include "report/report_text.h"
#include "report/templates.h"

namespace straylane {
namespace {

struct Group {
  Confirmed confirmed;
  const char* id;
  const char* title;
  const char* what;
};
constexpr Group kGroups[] = {
    {Confirmed::kStock, "confirmed", "Confirmed on the stock system",
     "These fail with a stock interpreter, a stock simulator and real threads, without Straylane."},
    {Confirmed::kNotTried, "not-tried", "Without a stock system to try",
     "Findings of a target that has no stock system here, or of runs whose schedule is not known. What is found on a "
     "CPU says nothing about a GPU."},
    {Confirmed::kNo, "not-confirmed", "Not confirmed",
     "The stock system was tried and did not show these: they may be caused by the way Straylane drives it."},
};

std::size_t count_of(const RunRecord& run, Confirmed confirmed) {
  return static_cast<std::size_t>(std::count_if(run.findings.begin(), run.findings.end(), [&](const FindingRecord& r) {
    return r.finding.confirmed == confirmed;
  }));
}

std::string headline(const RunRecord& run) {
  const std::size_t count = run.findings.size() + buckets_without_finding(run).size();
  return count == 0 ? "Nothing found" : counted_noun(count, "finding");
}

std::string lede(const RunRecord& run) {
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, const char* what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  add(count_of(run, Confirmed::kStock), "confirmed on the stock system");
  add(count_of(run, Confirmed::kNotTried), "without a stock system to try");
  add(count_of(run, Confirmed::kNo), "not confirmed");
  add(buckets_without_finding(run).size(), "of a campaign, not minimised");
  if (parts.empty())
    return "A clean report means that nothing was found within its time, not that there is nothing to find.";
  return fmt::format("{}.", fmt::join(parts, ", "));
}

// Calls `f` with the findings of a group and their ids.
void each_finding(const RunRecord& run, const Group& group, const auto& f) {
  for (std::size_t i = 0; i < run.findings.size(); ++i) {
    if (run.findings[i].finding.confirmed == group.confirmed) f(run.findings[i], fmt::format("finding-{}", i + 1));
  }
}

std::string contents(const RunRecord& run) {
  std::string items;
  for (const CampaignSummary& campaign : run.campaigns) {
    items += fmt::format("<li><a href=\"#{}\">Campaign {}</a></li>\n", campaign_id(run, campaign),
                         html_text(campaign.folder));
  }
  for (const Group& group : kGroups) {
    each_finding(run, group, [&](const FindingRecord& r, const std::string& id) {
      items += fmt::format("<li class=\"{}\"><a href=\"#{}\">{}</a></li>\n", group.id, id,
                           html_text(what_failed(r.finding.failure)));
    });
  }
  return items.empty() ? "" : "<nav aria-label=\"On this page\"><ul>\n" + items + "</ul></nav>\n";
}

std::string targets(const RunRecord& run) {
  if (run.targets.empty()) return "";
  std::string html = "<section aria-labelledby=\"targets\"><h2 id=\"targets\">Targets</h2><dl class=\"facts\">\n";
  for (const TargetSummary& t : run.targets) {
    const std::string text =
        t.ran ? fmt::format("{}; {} in {}, {}", describe(t.system), counted_noun(t.launches, "launch"),
                            duration_text(t.seconds), counted_noun(t.schedules, "schedule"))
              : why_not_run(t);
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", html_text(t.target), html_text(text));
  }
  return html + "</dl></section>\n";
}

std::string findings(const RunRecord& run) {
  std::string html;
  for (const Group& group : kGroups) {
    if (count_of(run, group.confirmed) == 0) continue;
    html += fmt::format(
        "<section class=\"group\" aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2>\n<p class=\"aside\">{2}</p>\n",
        group.id, group.title, group.what);
    each_finding(run, group,
                 [&](const FindingRecord& r, const std::string& id) { html += render_html_finding(r, id); });
    html += "</section>\n";
  }
  return html;
}

}  // namespace

std::string render_html_report(const RunRecord& run) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n<title>Straylane: {}"
      "</title>\n<style>\n{}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n",
      headline(run), kPageStyle);
  html += fmt::format(
      "<header>\n<p class=\"brand\">Straylane <span>{}</span></p>\n<h1>{}</h1>\n<p class=\"lede\">{}</p>\n{}{}"
      "</header>\n",
      html_text(run.version), headline(run), lede(run),
      run.problem.empty() ? "" : fmt::format("<p class=\"problem\">{}</p>\n", html_text(run.problem)), contents(run));
  html += "<main id=\"content\">\n" + targets(run);
  for (const CampaignSummary& campaign : run.campaigns) {
    html += render_html_campaign(campaign, campaign_id(run, campaign));
  }
  html += findings(run);
  html += fmt::format(
      "</main>\n<footer><p>Made by <code>straylane {}</code>, version {}. The page loads nothing and runs no "
      "script.</p>"
      "</footer>\n</body>\n</html>\n",
      html_text(run.command), html_text(run.version));
  return html;
}

}  // namespace straylane
