#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "domain/case.h"
#include "domain/error.h"

namespace straylane {

// Cases as JSON, format "straylane-case/2"; docs/formats.md specifies it with an example. Settings are read and written
// by the names that the schema has for them.
inline constexpr const char* kCaseFormat = "straylane-case/2";

// The schema of the program that a case names; null where no such program is known.
using SchemaOf = std::function<const Schema*(const std::string& program)>;

inline constexpr std::size_t kCaseBytesMax = std::size_t{16} << 20;  // of a case file
inline constexpr std::size_t kScheduleEntriesMax = 100'000;          // choices or (gap, pick) pairs
inline constexpr std::size_t kSitesMax = 100'000;
inline constexpr std::uint32_t kDepthMax = 1'000;  // of the drawn form

// Every key in its order; `system` and `sites` only where the case has them. Text that is not UTF-8 is written with
// U+FFFD in place of the bad bytes, so that writing never fails.
nlohmann::ordered_json case_to_json(const Case& value, const Schema& schema);

// The same as text that ends in a newline: two spaces per level, and what holds scalars only on one line where it fits
// in 120 columns.
std::string to_json(const Case& value, const Schema& schema);

// Reads what `to_json` writes, and nothing else: kMalformed for a key that is unknown, missing or given twice, a wrong
// type, two schedules, a (thread, yield) that occurs twice, or anything behind the end; kOutOfRange for a number or a
// setting outside its bound. Messages are one line, bounded, and start with `place` and the path inside the JSON:
// "case.json: calls[0].width: is 11, must be 0..height = 10". No exception escapes.
//
// A choice may name a thread that the case's calls do not have: shrinking makes such cases, and a lenient replay
// passes over them.
Expected<Case> case_from_json(std::string_view text, const std::string& place, const SchemaOf& schema_of);

}  // namespace straylane
