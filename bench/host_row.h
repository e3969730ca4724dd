#pragma once

#include <optional>
#include <string>
#include <vector>

namespace straylane {

// One line of the table of target host: a figure, measured several times.
struct HostRow {
  std::string key;  // in the document of --json
  std::string name;
  std::string unit;
  std::vector<double> values;
  // What is wanted of the median: at most this, or at least.
  enum class Want { kNothing, kAtMost, kAtLeast } want = Want::kNothing;
  double wanted = 0;
  std::string not_measured;  // why, where there are no values
};

struct HostSection {
  std::string title;
  std::vector<HostRow> rows;
};

}  // namespace straylane
