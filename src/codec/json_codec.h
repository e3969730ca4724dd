#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "domain/case.h"
#include "domain/error.h"

namespace straylane {

// Cases as JSON, format "straylane-case/2". docs/formats.md specifies it with an example. Settings have their names in
// the schema.
inline constexpr const char* kCaseFormat = "straylane-case/2";

// Gives the schema of the program that a case names, or null if there is no such program.
using SchemaOf = std::function<const Schema*(const std::string& program)>;

inline constexpr std::size_t kCaseBytesMax = std::size_t{16} << 20;  // of a case file
inline constexpr std::size_t kScheduleEntriesMax = 100'000;          // choices or (gap, pick) pairs
inline constexpr std::size_t kSitesMax = 100'000;
inline constexpr std::uint32_t kDepthMax = 1'000;  // of the drawn form

// Writes every key in its order; `system` and `sites` only if the case has them. Never fails: in text that is not
// UTF-8, U+FFFD replaces the bad bytes.
nlohmann::ordered_json case_to_json(const Case& value, const Schema& schema);

// The same as text that ends in a newline. Each level is indented by two spaces. An object or array of scalars takes
// one line if it fits in 120 columns.
std::string to_json(const Case& value, const Schema& schema);

// Reads what `to_json` writes, and nothing else. No exception escapes. Errors:
//   - kMalformed for a key that is unknown, missing or given twice, a wrong type, two schedules, a (thread, yield) that
//     occurs twice, or anything after the end;
//   - kOutOfRange for a number or a setting outside its bound.
// Messages are one line of bounded length. They start with `place` and the path inside the JSON:
// "case.json: calls[0].width: is 11, must be 0..height = 10".
//
// A choice may name a thread that the calls do not have. Shrinking makes such cases, and a lenient replay skips the
// choice.
Expected<Case> case_from_json(std::string_view text, const std::string& place, const SchemaOf& schema_of);

}  // namespace straylane
