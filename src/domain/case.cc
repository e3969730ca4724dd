#include "domain/case.h"

#include <algorithm>

#include "domain/enum_names.h"

namespace straylane {
namespace {

constexpr const char* kGranularities[] = {"switch", "line", "opcode"};
constexpr const char* kStrategies[] = {"sticky", "pct", "pos", "surw", "reads-from"};
constexpr const char* kMakers[] = {"nobody", "same", "other"};
static_assert(std::size(kStrategies) == std::size(kDrawnStrategies));

}  // namespace

bool is_name(std::string_view text) {
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= kNameLengthMax && text[0] != '-' && text[0] != '.' &&
         std::ranges::all_of(text, fits);
}

std::string describe(const System& system) {
  const std::string python = system.python.empty() ? "" : ", Python " + system.python;
  return system.software + python + " at " + system.path;
}

const char* to_string(Granularity granularity) { return enum_name(kGranularities, granularity); }
const char* to_string(DrawnStrategy strategy) { return enum_name(kStrategies, strategy); }
const char* to_string(Maker maker) { return enum_name(kMakers, maker); }

Expected<Granularity> parse_granularity(std::string_view text) {
  return enum_value<Granularity>(kGranularities, "granularity", text);
}

Expected<DrawnStrategy> parse_drawn_strategy(std::string_view text) {
  return enum_value<DrawnStrategy>(kStrategies, "strategy", text);
}

Expected<Maker> parse_maker(std::string_view text) { return enum_value<Maker>(kMakers, "maker", text); }

}  // namespace straylane
