#include "report/number_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace straylane {

std::string grouped(std::uint64_t number, std::string_view separator) {
  const std::string digits = fmt::format("{}", number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += separator;
    out += digits[i];
  }
  return out;
}

std::string compact(double number) {
  constexpr std::array<const char*, 5> kUnits = {"", "k", "M", "G", "T"};
  std::size_t unit = 0;
  while (std::abs(number) >= 999.5 && unit + 1 < kUnits.size()) {
    number /= 1000;
    ++unit;
  }
  const bool whole = std::abs(number - std::round(number)) < 0.05 || std::abs(number) >= 100;
  return whole ? fmt::format("{:.0f}{}", number, kUnits[unit]) : fmt::format("{:.1f}{}", number, kUnits[unit]);
}

std::string duration_text(double seconds) {
  if (seconds < 1) return fmt::format("{:.3g} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const std::uint64_t minutes = whole / 60;
  if (minutes < 60)
    return whole % 60 == 0 ? fmt::format("{} min", minutes) : fmt::format("{} min {} s", minutes, whole % 60);
  const std::uint64_t hours = minutes / 60;
  if (hours < 48)
    return minutes % 60 == 0 ? fmt::format("{} h", hours) : fmt::format("{} h {} min", hours, minutes % 60);
  return fmt::format("{} d {} h", hours / 24, hours % 24);
}

}  // namespace straylane
