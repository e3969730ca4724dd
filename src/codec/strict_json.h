#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace straylane {

// What a JSON text may hold. Reaching a bound is an error that names it.
struct JsonBounds {
  std::size_t bytes_max = std::size_t{16} << 20;
  std::size_t depth_max = 16;          // nested objects and arrays
  std::size_t keys_max = 64;           // of one object: the object type searches its keys one by one
  std::size_t values_max = 2'000'000;  // in the whole text
};

// Reads one JSON text (RFC 8259) and nothing after it. More strict than the parser below it: a key that occurs twice in
// an object is an error. Errors are kMalformed, one line, bounded in length, and start with `place`; they name line and
// column, both from 1 and in bytes. No exception escapes.
Expected<nlohmann::ordered_json> parse_strict_json(std::string_view text, const std::string& place,
                                                   const JsonBounds& bounds = {});

}  // namespace straylane
