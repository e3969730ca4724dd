#pragma once

#include <string>
#include <vector>

namespace straylane {

// One figure over time, drawn as inline SVG: a line from left to right with an axis that begins at 0.
struct Plot {
  std::string id;              // unique on the page
  std::string title;           // "Executions per second"
  std::string meaning;         // one sentence, for the caption
  std::vector<double> time_s;  // ascending
  std::vector<double> values;  // as many
  bool steps = false;          // a count that jumps
};

// A <figure> with caption, the last value and the plot, which says itself in words (aria). Of more points than are wide
// enough to be seen, the smallest and the largest of each stretch are drawn. With fewer than two points there is only
// the value.
std::string render_plot(const Plot& plot);

// "Nice" numbers from 0 to at least `max`: 3 to 6 of them, a 1, 2 or 5 times a power of ten apart.
std::vector<double> axis_ticks(double max);

}  // namespace straylane
