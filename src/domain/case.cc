#include "domain/case.h"

#include <fmt/format.h>

namespace straylane {

const char* to_string(Granularity granularity) {
  switch (granularity) {
    case Granularity::kSwitch:
      return "switch";
    case Granularity::kLine:
      return "line";
    case Granularity::kOpcode:
      return "opcode";
  }
  return "?";
}

const char* to_string(DrawnStrategy strategy) {
  switch (strategy) {
    case DrawnStrategy::kSticky:
      return "sticky";
    case DrawnStrategy::kPct:
      return "pct";
  }
  return "?";
}

Expected<Granularity> parse_granularity(std::string_view text) {
  for (const auto g : {Granularity::kSwitch, Granularity::kLine, Granularity::kOpcode}) {
    if (text == to_string(g)) return g;
  }
  return make_error(ErrorCode::kMalformed, fmt::format("granularity is \"{}\", must be switch, line or opcode", text));
}

Expected<DrawnStrategy> parse_drawn_strategy(std::string_view text) {
  for (const auto s : {DrawnStrategy::kSticky, DrawnStrategy::kPct}) {
    if (text == to_string(s)) return s;
  }
  return make_error(ErrorCode::kMalformed, fmt::format("strategy is \"{}\", must be sticky or pct", text));
}

}  // namespace straylane
