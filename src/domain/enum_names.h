#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace straylane {

// "switch, line or opcode"
inline std::string one_of(std::span<const char* const> names) {
  return fmt::format("{} or {}", fmt::join(names.first(names.size() - 1), ", "), names.back());
}

// Gives the name of an enum's value. `names` holds one name per value, in the order of the values, from 0. A value
// without a name gives "?".
template <class E, std::size_t N>
constexpr const char* enum_name(const char* const (&names)[N], E value) {
  const auto place = static_cast<std::size_t>(value);
  return place < N ? names[place] : "?";
}

// Finds the enum's value by its name. The error is kMalformed: "<what> is "<text>", must be switch, line or opcode".
template <class E, std::size_t N>
Expected<E> enum_value(const char* const (&names)[N], std::string_view what, std::string_view text) {
  const auto found = std::find(std::begin(names), std::end(names), text);
  if (found != std::end(names)) return static_cast<E>(found - std::begin(names));
  return make_error(ErrorCode::kMalformed, fmt::format("{} is \"{}\", must be {}", what, text, one_of(names)));
}

}  // namespace straylane
