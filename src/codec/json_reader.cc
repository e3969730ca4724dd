#include "codec/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "codec/one_line.h"

namespace straylane {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kQuotedLengthMax = 80;
constexpr std::size_t kKeyLengthMax = 64;
constexpr std::size_t kMessageLengthMax = 400;

const ordered_json& null_value() {
  static const ordered_json null;
  return null;
}

bool contains(std::span<const char* const> names, const std::string& name) {
  return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
}

}  // namespace

void JsonReader::refuse(ErrorCode code, const std::string& what) const {
  if (failed()) return;
  const std::string message = path_.empty() ? what : path_ + ": " + what;
  *problem_ = Error{code, one_line(message, kMessageLengthMax)};
}

std::string JsonReader::quoted() const {
  if (value_->is_object()) return "an object";
  if (value_->is_array()) return "an array";
  return one_line(value_->dump(-1, ' ', false, ordered_json::error_handler_t::replace), kQuotedLengthMax);
}

void JsonReader::keys(Names required, Names optional) const {
  if (failed()) return;
  if (!value_->is_object()) return refuse(ErrorCode::kMalformed, fmt::format("is {}, must be an object", quoted()));
  for (const auto& [key, item] : value_->items()) {
    if (!contains(required, key) && !contains(optional, key)) {
      return refuse(ErrorCode::kMalformed, fmt::format("unknown key \"{}\"", one_line(key, kKeyLengthMax)));
    }
  }
  for (const char* key : required) {
    if (!value_->contains(key)) return refuse(ErrorCode::kMalformed, fmt::format("key \"{}\" is missing", key));
  }
}

bool JsonReader::has(const char* key) const { return value_->is_object() && value_->contains(key); }

JsonReader JsonReader::at(const std::string& key) const {
  const ordered_json* item = &null_value();
  if (value_->is_object()) {
    if (const auto found = value_->find(key); found != value_->end()) item = &*found;
  }
  return {item, path_.empty() ? key : path_ + '.' + key, *problem_};
}

void JsonReader::each(std::size_t count_min, std::size_t count_max,
                      const std::function<void(const JsonReader&)>& read) const {
  if (failed()) return;
  if (!value_->is_array()) return refuse(ErrorCode::kMalformed, fmt::format("is {}, must be an array", quoted()));
  if (value_->size() < count_min || value_->size() > count_max) {
    const std::string bound =
        count_min == count_max ? fmt::format("{}", count_min) : fmt::format("{}..{}", count_min, count_max);
    return refuse(ErrorCode::kOutOfRange, fmt::format("has {} entries, must have {}", value_->size(), bound));
  }
  for (std::size_t i = 0; i < value_->size() && !failed(); ++i) {
    read({&(*value_)[i], fmt::format("{}[{}]", path_, i), *problem_});
  }
}

std::string JsonReader::text() const {
  if (failed()) return {};
  if (value_->is_string()) return value_->get<std::string>();
  refuse(ErrorCode::kMalformed, fmt::format("is {}, must be a string", quoted()));
  return {};
}

std::int64_t JsonReader::integer(std::int64_t min, std::int64_t max) const {
  if (failed()) return {};
  const bool beyond =
      value_->is_number_unsigned() &&
      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value_->is_number_integer() && !beyond) {
    const auto number = value_->get<std::int64_t>();
    if (number >= min && number <= max) return number;
  }
  refuse(value_->is_number() ? ErrorCode::kOutOfRange : ErrorCode::kMalformed,
         fmt::format("is {}, must be a whole number {}..{}", quoted(), min, max));
  return {};
}

double JsonReader::number() const {
  if (failed()) return {};
  if (value_->is_number()) return value_->get<double>();
  refuse(ErrorCode::kMalformed, fmt::format("is {}, must be a number", quoted()));
  return {};
}

bool JsonReader::boolean() const {
  if (failed()) return {};
  if (value_->is_boolean()) return value_->get<bool>();
  refuse(ErrorCode::kMalformed, fmt::format("is {}, must be true or false", quoted()));
  return {};
}

std::uint64_t JsonReader::unsigned_integer() const {
  if (failed()) return {};
  if (value_->is_number_unsigned()) return value_->get<std::uint64_t>();
  refuse(value_->is_number() ? ErrorCode::kOutOfRange : ErrorCode::kMalformed,
         fmt::format("is {}, must be a whole number 0..{}", quoted(), std::numeric_limits<std::uint64_t>::max()));
  return {};
}

}  // namespace straylane
