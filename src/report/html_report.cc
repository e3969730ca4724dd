#include "report/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "domain/counted_noun.h"
#include "domain/describe_system.h"
#include "report/finding_sentences.h"
#include "report/html_campaign.h"
#include "report/html_finding.h"
#include "report/number_text.h"
#include "report/outside_text.h"
#include "report/page_style.h"

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
     "The stock system was tried and did not show these: they may come from how Straylane drives it."},
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
  const std::size_t not_minimised = buckets_without_finding(run).size();
  if (run.findings.empty() && not_minimised == 0)
    return "A clean report means that nothing was found within its time, not that there is nothing.";
  const std::size_t stock = count_of(run, Confirmed::kStock);
  const std::size_t no = count_of(run, Confirmed::kNo);
  const std::size_t not_tried = count_of(run, Confirmed::kNotTried);
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (stock > 0) add(fmt::format("{} confirmed on the stock system", stock));
  if (not_tried > 0) add(fmt::format("{} without a stock system to try", not_tried));
  if (no > 0) add(fmt::format("{} not confirmed", no));
  if (not_minimised > 0) add(fmt::format("{} of a campaign, not minimised", not_minimised));
  return text + ".";
}

// Findings by number, in the order of the page.
void each_finding(const RunRecord& run, const Group& group,
                  const std::function<void(const FindingRecord&, const std::string&)>& f) {
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

std::string target_line(const TargetSummary& target) {
  if (!target.ran) return html_text(why_not_run(target));
  return html_text(fmt::format("{}; {} in {}, {}", describe(target.system), counted_noun(target.launches, "launch"),
                               duration_text(target.seconds), counted_noun(target.schedules, "schedule")));
}

std::string targets(const RunRecord& run) {
  if (run.targets.empty()) return "";
  std::string html = "<section aria-labelledby=\"targets\"><h2 id=\"targets\">Targets</h2><dl class=\"facts\">\n";
  for (const TargetSummary& target : run.targets) {
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", html_text(target.target), target_line(target));
  }
  return html + "</dl></section>\n";
}

std::string findings(const RunRecord& run) {
  std::string html;
  for (const Group& group : kGroups) {
    if (count_of(run, group.confirmed) == 0) continue;
    html += fmt::format(
        "<section class=\"group\" aria-labelledby=\"{}\"><h2 id=\"{}\">{}</h2>\n<p class=\"aside\">{}</p>\n", group.id,
        group.id, group.title, group.what);
    each_finding(run, group,
                 [&](const FindingRecord& r, const std::string& id) { html += render_html_finding(r, id); });
    html += "</section>\n";
  }
  return html;
}

}  // namespace

std::string render_html_report(const RunRecord& run) {
  const std::string title = "Straylane: " + headline(run);
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n"
      "<style>\n{}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n",
      html_text(title), kPageStyle);
  html += fmt::format(
      "<header>\n<p class=\"brand\">Straylane <span>{}</span></p>\n<h1>{}</h1>\n<p "
      "class=\"lede\">{}</p>\n{}{}</header>\n",
      html_text(run.version), html_text(headline(run)), html_text(lede(run)),
      run.problem.empty() ? "" : fmt::format("<p class=\"problem\">{}</p>\n", html_text(run.problem)), contents(run));
  html += "<main id=\"content\">\n" + targets(run);
  for (const CampaignSummary& campaign : run.campaigns)
    html += render_html_campaign(campaign, campaign_id(run, campaign));
  html += findings(run) + "</main>\n";
  html += fmt::format(
      "<footer><p>Made by <code>straylane {}</code>, version {}. The page loads nothing and runs no script.</p>"
      "</footer>\n</body>\n</html>\n",
      html_text(run.command), html_text(run.version));
  return html;
}

}  // namespace straylane
