#include "domain/case.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  return !text.empty() && text.size() <= kNameLengthMax && text[0] != '-' && text[0] != '.' &&
         std::all_of(text.begin(), text.end(), fits);
}

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
    case DrawnStrategy::kPos:
      return "pos";
    case DrawnStrategy::kSurw:
      return "surw";
    case DrawnStrategy::kReadsFrom:
      return "reads-from";
  }
  return "?";
}

const char* to_string(Maker maker) {
  switch (maker) {
    case Maker::kNobody:
      return "nobody";
    case Maker::kSame:
      return "same";
    case Maker::kOther:
      return "other";
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
  for (const auto s : kDrawnStrategies) {
    if (text == to_string(s)) return s;
  }
  return make_error(ErrorCode::kMalformed, fmt::format("strategy is \"{}\", must be sticky, pct, pos, surw or reads-from", text));
}

Expected<Maker> parse_maker(std::string_view text) {
  for (const auto m : {Maker::kNobody, Maker::kSame, Maker::kOther}) {
    if (text == to_string(m)) return m;
  }
  return make_error(ErrorCode::kMalformed, fmt::format("maker is \"{}\", must be nobody, same or other", text));
}

}  // namespace straylane
