#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html_report.h"
#include "report/report_text.h"

namespace straylane {
namespace {

constexpr std::size_t kTableRows = 12;

struct Figure {
  const char* name;
  const char* meaning;
  std::uint64_t CampaignTick::* member;
  bool steps;   // a count that jumps
  bool always;  // shown even if it is never above 0
};
constexpr Figure kFigures[] = {
    {"Executions per second", "cases run by all workers", &CampaignTick::executions_per_s, false, true},
    {"Edges of device code", "the most that one worker has reached", &CampaignTick::edges, true, false},
    {"Features", "what the engine tells behaviours apart by", &CampaignTick::features, true, true},
    {"Corpus", "inputs that showed something new", &CampaignTick::corpus, true, true},
    {"Schedules", "distinct ones, an estimate", &CampaignTick::schedules, false, false},
    {"New behaviour", "inputs with a feature not seen before", &CampaignTick::new_behaviour, true, false},
    {"Buckets", "failures that differ", &CampaignTick::buckets, true, true},
};

std::string tile(const char* name, const std::string& value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
}

std::string tiles(const CampaignTick& last) {
  const auto executions = static_cast<double>(last.executions);
  std::string html = "<dl class=\"tiles\">\n" + tile("Time", duration_text(last.time_s));
  html += tile("Executions", compact(executions));
  html += tile("Executions/s, mean", compact(last.time_s > 0 ? executions / last.time_s : 0));
  html += tile("Corpus", grouped(last.corpus));
  if (last.edges > 0) html += tile("Edges", grouped(last.edges));
  if (last.schedules > 0) html += tile("Schedules", compact(static_cast<double>(last.schedules)));
  html += tile("Buckets", grouped(last.buckets));
  html += tile("Failing executions", compact(static_cast<double>(last.findings)));
  if (last.restarts > 0) html += tile("Restarts", grouped(last.restarts));
  return html + "</dl>\n";
}

// Units of the drawing, about one pixel each.
constexpr double kPlotWidth = 360;
constexpr double kPlotHeight = 190;
constexpr double kPlotLeft = 44;
constexpr double kPlotRight = 12;
constexpr double kPlotTop = 12;
constexpr double kPlotBottom = 26;
constexpr std::ptrdiff_t kStretchesMax = 150;
constexpr double kTimeTicksMax = 5;

// "Nice" numbers from 0 to at least `max`: 3 to 6 of them, at a distance of 1, 2 or 5 times a power of ten.
std::vector<double> axis_ticks(double max) {
  if (!(max > 0)) max = 1;
  const double rough = max / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double factor = rough / power;
  double step = power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
  if (max >= 1 && step < 1) step = 1;  // counts are whole
  std::vector<double> ticks = {0};
  while (ticks.back() < max) ticks.push_back(step * static_cast<double>(ticks.size()));
  return ticks;
}

struct Point {
  double time_s = 0;
  double value = 0;
};
bool by_value(const Point& a, const Point& b) { return a.value < b.value; }

// One figure over time, as inline SVG: a line that runs from left to right over an axis that begins at 0.
class FigurePlot {
 public:
  // Precondition: the campaign has at least two ticks.
  FigurePlot(const CampaignSummary& campaign, const Figure& figure) : figure_(figure) {
    for (const CampaignTick& t : campaign.ticks) points_.push_back({t.time_s, static_cast<double>(t.*figure.member)});
    ticks_ = axis_ticks(std::max_element(points_.begin(), points_.end(), by_value)->value);
    begin_s_ = points_.front().time_s;
    span_s_ = points_.back().time_s - begin_s_;
  }

  // A <figure> with a caption, the last value and the plot, which also says in words what it shows (aria). `id` is
  // unique on the page.
  std::string html(const std::string& id) const {
    std::string html = fmt::format(
        "<figure class=\"plot\"><figcaption><span class=\"name\">{}</span><span class=\"last\">{}</span>"
        "<span class=\"meaning\">{}</span></figcaption>",
        figure_.name, compact(points_.back().value), figure_.meaning);
    if (span_s_ > 0) {
      html += fmt::format(
          "<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"{2}-title {2}-desc\"><title id=\"{2}-title\">{3}"
          "</title><desc id=\"{2}-desc\">{4}</desc>{5}{6}</svg>",
          kPlotWidth, kPlotHeight, id, figure_.name, in_words(), axes(), line());
    }
    return html + "</figure>\n";
  }

 private:
  double x(double time_s) const {
    return kPlotLeft + (time_s - begin_s_) / span_s_ * (kPlotWidth - kPlotLeft - kPlotRight);
  }
  double y(double value) const {
    return kPlotHeight - kPlotBottom - value / ticks_.back() * (kPlotHeight - kPlotTop - kPlotBottom);
  }

  // If there are more points than can be told apart, only the smallest and the largest of each stretch.
  std::vector<Point> thinned() const {
    std::vector<Point> points;
    const std::ptrdiff_t stretch = (std::ssize(points_) + kStretchesMax - 1) / kStretchesMax;
    for (auto begin = points_.begin(); begin != points_.end();) {
      const auto end = points_.end() - begin > stretch ? begin + stretch : points_.end();
      const auto low = std::min_element(begin, end, by_value);
      const auto high = std::max_element(begin, end, by_value);
      for (const auto point : {std::min(low, high), std::max(low, high)}) {
        if (points.empty() || points.back().time_s < point->time_s) points.push_back(*point);
      }
      begin = end;
    }
    if (points.back().time_s < points_.back().time_s) points.push_back(points_.back());
    return points;
  }

  std::string axes() const {
    std::string svg = "<g class=\"grid\">";
    std::string labels;
    for (const double tick : ticks_) {
      svg += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\"/>", kPlotLeft, y(tick), kPlotWidth - kPlotRight);
      labels += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", kPlotLeft - 6, y(tick) + 4,
                            compact(tick));
    }
    svg += "</g><g class=\"tick\">" + labels;
    // Ticks of the time axis are round numbers of seconds, minutes, hours or days.
    constexpr std::pair<double, const char*> kUnits[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    constexpr double kSteps[] = {0.1,   0.2,   0.5,   1,      2,      5,      10,      15,      30,
                                 60,    120,   300,   600,    900,    1800,   3600,    7200,    10800,
                                 21600, 43200, 86400, 172800, 345600, 604800, 1209600, 2419200, 7257600};
    const auto [unit_s, unit] = *std::find_if(std::begin(kUnits), std::end(kUnits) - 1,
                                              [&](const auto& unit) { return span_s_ >= 2 * unit.first; });
    const double step =
        *std::find_if(std::begin(kSteps), std::end(kSteps) - 1, [&](double s) { return span_s_ / s <= kTimeTicksMax; });
    for (double t = std::ceil(begin_s_ / step) * step; t <= begin_s_ + span_s_ * 1.0001; t += step) {
      const bool at_end = x(t) > kPlotWidth - 40;
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{:g} {}</text>",
                         at_end ? kPlotWidth - 2 : x(t), kPlotHeight - 6, at_end ? "end" : "middle", t / unit_s, unit);
    }
    return svg + "</g>";
  }

  std::string line() const {
    const std::vector<Point> points = thinned();
    std::string path;
    for (const Point& p : points) {
      const char* move = path.empty() ? "M{:.1f} {:.1f}" : figure_.steps ? "H{:.1f}V{:.1f}" : "L{:.1f} {:.1f}";
      path += fmt::format(fmt::runtime(move), x(p.time_s), y(p.value));
    }
    const Point& last = points.back();
    return fmt::format(
        "<path class=\"area\" d=\"{0}V{1:.1f}H{2:.1f}Z\"/><path class=\"line\" d=\"{0}\"/>"
        "<circle class=\"dot\" cx=\"{3:.1f}\" cy=\"{4:.1f}\" r=\"3.5\"/>",
        path, y(0), x(points.front().time_s), x(last.time_s), y(last.value));
  }

  std::string in_words() const {
    const auto [low, high] = std::minmax_element(points_.begin(), points_.end(), by_value);
    return fmt::format("{} from {} to {}: begins at {}, ends at {}, between {} and {}.", figure_.name,
                       duration_text(begin_s_), duration_text(points_.back().time_s), compact(points_.front().value),
                       compact(points_.back().value), compact(low->value), compact(high->value));
  }

  const Figure& figure_;
  std::vector<Point> points_;
  std::vector<double> ticks_;
  double begin_s_ = 0;
  double span_s_ = 0;
};

std::string plots(const CampaignSummary& campaign, const std::string& id) {
  if (campaign.ticks.size() < 2) return "<p class=\"aside\">Too short for plots: one tick of statistics.</p>\n";
  std::string html = "<div class=\"plots\">\n";
  for (const Figure& figure : kFigures) {
    const bool shown = figure.always || std::any_of(campaign.ticks.begin(), campaign.ticks.end(),
                                                    [&](const CampaignTick& t) { return t.*figure.member > 0; });
    if (shown) html += FigurePlot(campaign, figure).html(fmt::format("{}-plot-{}", id, &figure - kFigures));
  }
  return html + "</div>\n";
}

// The same for readers who cannot read plots or do not want to: up to kTableRows ticks at even distances.
std::string table(const CampaignSummary& campaign) {
  std::string html =
      "<details class=\"figures\"><summary>The figures as a table</summary><div class=\"wide\" role=\"region\" "
      "tabindex=\"0\" aria-label=\"Figures over time\"><table><thead><tr><th scope=\"col\">Time</th>";
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
      "<section aria-labelledby=\"{0}\"><h2 id=\"{0}\">Campaign</h2>\n<p class=\"where\"><code>{1}</code></p>\n"
      "{2}{3}{4}{5}</section>\n",
      id, html_text(campaign.folder), tiles(campaign.ticks.back()), plots(campaign, id), table(campaign),
      buckets(campaign));
}

}  // namespace straylane
