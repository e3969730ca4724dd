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
  // Whether the median should be at most or at least `wanted`.
  enum class Want { kNothing, kAtMost, kAtLeast } want = Want::kNothing;
  double wanted = 0;
  std::string not_measured;  // why there are no values; empty if there are
};

struct HostSection {
  std::string title;
  std::vector<HostRow> rows;
};

}  // namespace straylane
