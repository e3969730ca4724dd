#include "cli/byte_size.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace straylane {

Expected<std::uint64_t> parse_byte_size(const std::string& option, const std::string& text) {
  constexpr std::string_view kUnits = "KMG";
  constexpr std::uint64_t kNumberMax = 1 << 30;  // of whatever unit
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  const std::string_view unit(result.ptr, static_cast<std::size_t>(end - result.ptr));
  const std::size_t power = unit.size() == 1 ? kUnits.find(unit[0]) : std::string_view::npos;
  const bool known = unit.empty() || power != std::string_view::npos;
  if (result.ec != std::errc() || !known || (!unit.empty() && number > kNumberMax)) {
    return make_error(ErrorCode::kUsage, fmt::format("{} is \"{}\", must be like 500000, 64M or 2G", option, text));
  }
  return unit.empty() ? number : number << (10 * (power + 1));
}

}  // namespace straylane
