#include "report/html_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/number_text.h"
#include "report/outside_text.h"

namespace straylane {
namespace {

// Units of the drawing, about one pixel each.
constexpr double kWidth = 360;
constexpr double kHeight = 190;
constexpr double kLeft = 44;
constexpr double kRight = 12;
constexpr double kTop = 12;
constexpr double kBottom = 26;
constexpr std::size_t kStretchesMax = 150;
constexpr double kTimeTicksMax = 5;

double x_of(double part) { return kLeft + part * (kWidth - kLeft - kRight); }
double y_of(double part) { return kHeight - kBottom - part * (kHeight - kTop - kBottom); }

struct Point {
  double time_s = 0;
  double value = 0;
};

std::vector<Point> thinned(const Plot& plot) {
  const std::size_t count = plot.values.size();
  std::vector<Point> points;
  const std::size_t stretch = (count + kStretchesMax - 1) / kStretchesMax;
  for (std::size_t begin = 0; begin < count; begin += std::max<std::size_t>(stretch, 1)) {
    const std::size_t end = std::min(begin + std::max<std::size_t>(stretch, 1), count);
    std::size_t low = begin;
    std::size_t high = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (plot.values[i] < plot.values[low]) low = i;
      if (plot.values[i] > plot.values[high]) high = i;
    }
    for (const std::size_t i : {std::min(low, high), std::max(low, high)}) {
      if (points.empty() || points.back().time_s < plot.time_s[i]) points.push_back({plot.time_s[i], plot.values[i]});
    }
  }
  if (points.back().time_s < plot.time_s.back()) points.push_back({plot.time_s.back(), plot.values.back()});
  return points;
}

struct TimeAxis {
  double unit_s = 1;
  const char* unit = "s";
  double step_s = 1;
};

// Ticks that are round numbers of seconds, minutes, hours or days.
TimeAxis time_axis(double span_s) {
  constexpr std::array<double, 27> kSteps = {0.1,   0.2,   0.5,   1,      2,      5,      10,      15,      30,
                                             60,    120,   300,   600,    900,    1800,   3600,    7200,    10800,
                                             21600, 43200, 86400, 172800, 345600, 604800, 1209600, 2419200, 7257600};
  TimeAxis axis;
  axis.step_s = *std::find_if(kSteps.begin(), kSteps.end() - 1, [&](double s) { return span_s / s <= kTimeTicksMax; });
  if (span_s >= 2 * 86400) return {86400, "d", axis.step_s};
  if (span_s >= 2 * 3600) return {3600, "h", axis.step_s};
  if (span_s >= 2 * 60) return {60, "min", axis.step_s};
  return axis;
}

std::string axes(double max, const std::vector<double>& ticks, double begin_s, double span_s) {
  std::string svg = "<g class=\"grid\">";
  std::string labels;
  for (const double tick : ticks) {
    const double y = y_of(tick / max);
    svg += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\"/>", kLeft, y, kWidth - kRight);
    labels +=
        fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", kLeft - 6, y + 4, compact(tick));
  }
  svg += "</g><g class=\"tick\">" + labels;
  const TimeAxis axis = time_axis(span_s);
  for (double t = std::ceil(begin_s / axis.step_s) * axis.step_s; t <= begin_s + span_s * 1.0001; t += axis.step_s) {
    const double x = x_of((t - begin_s) / span_s);
    const bool at_end = x > kWidth - 40;
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{:g} {}</text>", at_end ? kWidth - 2 : x,
                       kHeight - 6, at_end ? "end" : "middle", t / axis.unit_s, axis.unit);
  }
  return svg + "</g>";
}

std::string line_of(const std::vector<Point>& points, const Plot& plot, double max, double begin_s, double span_s) {
  std::string path;
  for (const Point& p : points) {
    const double x = x_of((p.time_s - begin_s) / span_s);
    const double y = y_of(p.value / max);
    path += path.empty() ? fmt::format("M{:.1f} {:.1f}", x, y)
            : plot.steps ? fmt::format("H{:.1f}V{:.1f}", x, y)
                         : fmt::format("L{:.1f} {:.1f}", x, y);
  }
  const std::string area =
      fmt::format("{}V{:.1f}H{:.1f}Z", path, y_of(0), x_of((points.front().time_s - begin_s) / span_s));
  const Point& last = points.back();
  return fmt::format(
      "<path class=\"area\" d=\"{}\"/><path class=\"line\" d=\"{}\"/><circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" "
      "r=\"3.5\"/>",
      area, path, x_of((last.time_s - begin_s) / span_s), y_of(last.value / max));
}

std::string in_words(const Plot& plot) {
  const auto [low, high] = std::minmax_element(plot.values.begin(), plot.values.end());
  return fmt::format("{} from {} to {}: begins at {}, ends at {}, between {} and {}.", plot.title,
                     duration_text(plot.time_s.front()), duration_text(plot.time_s.back()),
                     compact(plot.values.front()), compact(plot.values.back()), compact(*low), compact(*high));
}

}  // namespace

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

std::string render_plot(const Plot& plot) {
  std::string html = fmt::format(
      "<figure class=\"plot\"><figcaption><span class=\"name\">{}</span><span class=\"last\">{}</span>"
      "<span class=\"meaning\">{}</span></figcaption>",
      html_text(plot.title), compact(plot.values.empty() ? 0 : plot.values.back()), html_text(plot.meaning));
  if (plot.values.size() < 2 || plot.time_s.back() <= plot.time_s.front()) return html + "</figure>\n";
  const double begin_s = plot.time_s.front();
  const double span_s = plot.time_s.back() - begin_s;
  const std::vector<double> ticks = axis_ticks(*std::max_element(plot.values.begin(), plot.values.end()));
  html += fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{}-title {}-desc\"><title id=\"{}-title\">{}</title>"
      "<desc id=\"{}-desc\">{}</desc>{}{}</svg>",
      kWidth, kHeight, plot.id, plot.id, plot.id, html_text(plot.title), plot.id, html_text(in_words(plot)),
      axes(ticks.back(), ticks, begin_s, span_s), line_of(thinned(plot), plot, ticks.back(), begin_s, span_s));
  return html + "</figure>\n";
}

}  // namespace straylane
