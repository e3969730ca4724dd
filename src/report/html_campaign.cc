#include "report/html_campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/html_plot.h"
#include "report/number_text.h"
#include "report/outside_text.h"

namespace straylane {
namespace {

constexpr std::size_t kTableRows = 12;

struct Figure {
  const char* name;
  const char* meaning;
  std::uint64_t CampaignTick::*member;
  bool steps;
  bool always;  // else only where it is ever above 0
};
constexpr std::array<Figure, 7> kFigures = {{
    {"Executions per second", "cases run by all workers", &CampaignTick::executions_per_s, false, true},
    {"Edges of device code", "reached by the worker that has most", &CampaignTick::edges, true, false},
    {"Features", "what the engine tells behaviours apart by", &CampaignTick::features, true, true},
    {"Corpus", "inputs that showed something new", &CampaignTick::corpus, true, true},
    {"Schedules", "distinct ones, an estimate", &CampaignTick::schedules, false, false},
    {"New behaviour", "inputs with a feature not seen before", &CampaignTick::new_behaviour, true, false},
    {"Buckets", "failures that differ", &CampaignTick::buckets, true, true},
}};

std::string tile(const char* name, const std::string& value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
}

std::string tiles(const CampaignTick& last) {
  std::string html = "<dl class=\"tiles\">\n" + tile("Time", duration_text(last.time_s)) +
                     tile("Executions", compact(static_cast<double>(last.executions)));
  const double rate = last.time_s > 0 ? static_cast<double>(last.executions) / last.time_s : 0;
  html += tile("Executions/s, mean", compact(rate)) + tile("Corpus", grouped(last.corpus));
  if (last.edges > 0) html += tile("Edges", grouped(last.edges));
  if (last.schedules > 0) html += tile("Schedules", compact(static_cast<double>(last.schedules)));
  html +=
      tile("Buckets", grouped(last.buckets)) + tile("Failing executions", compact(static_cast<double>(last.findings)));
  if (last.restarts > 0) html += tile("Restarts", grouped(last.restarts));
  return html + "</dl>\n";
}

bool ever(const CampaignSummary& campaign, const Figure& figure) {
  return std::any_of(campaign.ticks.begin(), campaign.ticks.end(),
                     [&](const CampaignTick& t) { return t.*figure.member > 0; });
}

std::string plots(const CampaignSummary& campaign, const std::string& id) {
  if (campaign.ticks.size() < 2) return "<p class=\"aside\">Too short for plots: one tick of statistics.</p>\n";
  std::string html = "<div class=\"plots\">\n";
  for (std::size_t i = 0; i < kFigures.size(); ++i) {
    const Figure& figure = kFigures[i];
    if (!figure.always && !ever(campaign, figure)) continue;
    Plot plot{
        .id = fmt::format("{}-plot-{}", id, i), .title = figure.name, .meaning = figure.meaning, .steps = figure.steps};
    for (const CampaignTick& t : campaign.ticks) {
      plot.time_s.push_back(t.time_s);
      plot.values.push_back(static_cast<double>(t.*figure.member));
    }
    html += render_plot(plot);
  }
  return html + "</div>\n";
}

// The same for those who cannot or do not want to read plots: up to kTableRows ticks, evenly apart.
std::string table(const CampaignSummary& campaign) {
  std::string html =
      "<details class=\"figures\"><summary>The figures as a table</summary><div class=\"wide\" role=\"region\" "
      "tabindex=\"0\" "
      "aria-label=\"Figures over time\"><table><thead><tr><th scope=\"col\">Time</th>";
  for (const Figure& figure : kFigures) html += fmt::format("<th scope=\"col\">{}</th>", figure.name);
  html += "</tr></thead><tbody>\n";
  const std::size_t count = campaign.ticks.size();
  const std::size_t rows = std::min(kTableRows, count);
  for (std::size_t i = 0; i < rows; ++i) {
    const CampaignTick& t = campaign.ticks[rows == 1 ? 0 : i * (count - 1) / (rows - 1)];
    html += fmt::format("<tr><th scope=\"row\">{}</th>", duration_text(t.time_s));
    for (const Figure& figure : kFigures) html += fmt::format("<td>{}</td>", grouped(t.*figure.member));
    html += "</tr>\n";
  }
  return html + "</tbody></table></div></details>\n";
}

std::string buckets(const CampaignSummary& campaign) {
  if (campaign.buckets.empty()) return "";
  std::string html = "<h3>Buckets</h3>\n<ul class=\"buckets\">\n";
  for (const BucketRecord& b : campaign.buckets) {
    html += fmt::format("<li>{}<br><code>{}</code> <span class=\"aside\">{} times, first after {}</span></li>\n",
                        html_text(b.message), html_text(b.bucket), grouped(b.count), duration_text(b.first_time_s));
  }
  return html + "</ul>\n";
}

}  // namespace

std::string campaign_id(const RunRecord& run, const CampaignSummary& campaign) {
  return fmt::format("campaign-{}", &campaign - run.campaigns.data() + 1);
}

std::string render_html_campaign(const CampaignSummary& campaign, const std::string& id) {
  return fmt::format(
      "<section aria-labelledby=\"{}\"><h2 id=\"{}\">Campaign</h2>\n<p "
      "class=\"where\"><code>{}</code></p>\n{}{}{}{}</section>\n",
      id, id, html_text(campaign.folder), tiles(campaign.ticks.back()), plots(campaign, id), table(campaign),
      buckets(campaign));
}

}  // namespace straylane
