#include <fmt/format.h>

#include <algorithm>

#include "report/explanation_text.h"
#include "report/report_text.h"

namespace straylane {
namespace {

constexpr double kWidth = 720;
constexpr double kHeight = 260;
constexpr double kLeft = 48;
constexpr double kRight = 16;
constexpr double kTop = 34;
constexpr double kBottom = 40;
constexpr std::size_t kPointsMax = 400;
constexpr std::size_t kLabelWidth = 90;

constexpr const char* kStyle =
    ".sl-nr{color:#1f2328;font:12px system-ui,sans-serif}"
    "@media (prefers-color-scheme:dark){.sl-nr{color:#e6edf3}}"
    ".sl-nr text{fill:currentColor}"
    ".sl-nr .axis{stroke:currentColor;stroke-opacity:.35;fill:none}"
    ".sl-nr .band{fill:#3b82f6;fill-opacity:.25}"
    ".sl-nr .line{stroke:#3b82f6;stroke-width:2;fill:none}"
    ".sl-nr .point{fill:#3b82f6}"
    ".sl-nr .certain{stroke:#ef4444;stroke-width:1.5;stroke-dasharray:4 3;fill:none}";

class Plot {
 public:
  explicit Plot(const NoReturn& no_return) : no_return_(no_return), points_(no_return.curve) {
    for (const Chance& chance : no_return.curve) steps_max_ = std::max(steps_max_, chance.steps);
    points_.resize(std::min(points_.size(), kPointsMax));
  }

  std::string svg() const {
    return fmt::format(
        "<svg class=\"sl-nr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\">\n"
        "<title>Chance of failure by the number of steps of the run, {} continuations each, with 95 % "
        "intervals</title>\n"
        "<style>{}</style>\n{}{}{}</svg>\n",
        kWidth, kHeight, no_return_.continuations, kStyle, axes(), curve(), certain());
  }

 private:
  double x(std::size_t steps) const {
    const double share = steps_max_ == 0 ? 0 : static_cast<double>(steps) / static_cast<double>(steps_max_);
    return kLeft + share * (kWidth - kLeft - kRight);
  }
  static double y(double chance) { return kTop + (1 - std::clamp(chance, 0.0, 1.0)) * (kHeight - kTop - kBottom); }

  std::string axes() const {
    std::string text;
    for (const double chance : {0.0, 0.5, 1.0}) {
      text += fmt::format("<path class=\"axis\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", kLeft, y(chance), kWidth - kRight);
      text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.1f}</text>\n", kLeft - 6,
                          y(chance) + 4, chance);
    }
    text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">0</text>\n", kLeft, kHeight - kBottom + 18);
    text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{} steps of the run</text>\n",
                        kWidth - kRight, kHeight - kBottom + 18, steps_max_);
    text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">chance of failure</text>\n", kLeft + 40,
                        kTop - 20);
    return text;
  }

  std::string curve() const {
    std::string band, line, points;
    for (const Chance& c : points_) {
      band += fmt::format("{}{:.1f} {:.1f}", band.empty() ? "M" : "L", x(c.steps), y(c.high));
      line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", x(c.steps), y(c.estimate()));
      points += fmt::format(
          "<circle class=\"point\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>step {}: {} of {} failed</title>"
          "</circle>\n",
          x(c.steps), y(c.estimate()), c.steps, c.failed, c.runs);
    }
    for (auto c = points_.rbegin(); c != points_.rend(); ++c)
      band += fmt::format("L{:.1f} {:.1f}", x(c->steps), y(c->low));
    return fmt::format("<path class=\"band\" d=\"{}Z\"/>\n<path class=\"line\" d=\"{}\"/>\n", band, line) + points;
  }

  std::string certain() const {
    if (!no_return_.certain || *no_return_.certain >= no_return_.curve.size()) return {};
    const Chance& at = no_return_.curve[*no_return_.certain];
    std::string label = fmt::format("no return from step {}", at.steps);
    if (no_return_.certain_act) {
      const Act& act = *no_return_.certain_act;
      label += fmt::format(": {} {}:{} {}", to_string(act.stretch.thread), short_file(act.place.file), act.place.line,
                           act.place.statement);
    }
    return fmt::format(
        "<path class=\"certain\" d=\"M{0:.1f} {1:.1f}V{2:.1f}\"/>\n<text x=\"{3:.1f}\" y=\"{4:.1f}\" "
        "text-anchor=\"end\">{5}</text>\n",
        x(at.steps), kTop - 4, kHeight - kBottom, kWidth - kRight, kHeight - 6, html_text(cut(label, kLabelWidth)));
  }

  const NoReturn& no_return_;
  std::size_t steps_max_ = 0;
  std::vector<Chance> points_;
};

}  // namespace

std::string no_return_svg(const NoReturn& no_return) {
  if (no_return.curve.empty()) return {};
  return Plot(no_return).svg();
}

}  // namespace straylane
