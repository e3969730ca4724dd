#pragma once

#include <algorithm>
#include <string_view>

#include "domain/error.h"

namespace straylane::props {

// Whether a terminal shows the message as one line of bounded length, and the message names the place.
inline bool is_one_line_error(const Error& error, std::string_view prefix) {
  const std::string_view message = error.message;
  return message.starts_with(prefix) && message.size() > prefix.size() && message.size() < 600 &&
         std::all_of(message.begin(), message.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace straylane::props
