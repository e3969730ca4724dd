#include "domain/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>

#include "domain/hash.h"

namespace straylane {
namespace {

bool is_parameter_name(std::string_view text) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && text.size() <= Schema::kNameLengthMax &&
         std::isdigit(static_cast<unsigned char>(text[0])) == 0 && std::all_of(text.begin(), text.end(), fits);
}

bool contains(const std::vector<std::int64_t>& values, std::int64_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool is_value_of(const Parameter& p, std::int64_t value) {
  return p.values.empty() ? value >= p.min && value <= p.max : contains(p.values, value);
}

// What is wrong with a parameter beside those before it; empty where nothing is.
std::string flaw_of(const Parameter& p, const std::vector<Parameter>& earlier) {
  if (!is_parameter_name(p.name)) return "its name must be letters, digits and '_', and not begin with a digit";
  for (const Parameter& e : earlier) {
    if (e.name == p.name) return "its name is given twice";
  }
  if (p.values.empty()) {
    if (p.min > p.max) return fmt::format("min {} is above max {}", p.min, p.max);
    const auto range = static_cast<std::uint64_t>(p.max) - static_cast<std::uint64_t>(p.min);
    if (range > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return "max - min is 2^63 or more";
    if (p.byte_max < p.min || p.byte_max > p.max) return fmt::format("byte_max {} is not one of its values", p.byte_max);
  } else {
    if (p.values.size() > Schema::kValuesMax) return fmt::format("has more than {} values", Schema::kValuesMax);
    if (std::set<std::int64_t>(p.values.begin(), p.values.end()).size() != p.values.size()) return "repeats a value";
    if (p.max_is) return "has a list of values and max_is";
  }
  if (!is_value_of(p, p.usual)) return fmt::format("usual {} is not one of its values", p.usual);
  if (p.edges.size() > Schema::kEdgesMax) return fmt::format("has more than {} edges", Schema::kEdgesMax);
  for (const Edge& edge : p.edges) {
    if (edge.parameter && *edge.parameter >= earlier.size()) return "an edge names no earlier parameter";
    if (!edge.parameter && !is_value_of(p, edge.number)) return fmt::format("edge {} is not one of its values", edge.number);
  }
  if (p.max_is) {
    if (*p.max_is >= earlier.size()) return "max_is names no earlier parameter";
    const Parameter& bound = earlier[*p.max_is];
    const std::int64_t least =
        bound.values.empty() ? bound.min : *std::min_element(bound.values.begin(), bound.values.end());
    if (least < p.min) return fmt::format("max_is {} can be {}, below min {}", bound.name, least, p.min);
  }
  return {};
}

std::uint8_t byte_width_of(const Parameter& p) {
  const std::uint64_t most = p.values.empty()
                                 ? static_cast<std::uint64_t>(p.byte_max) - static_cast<std::uint64_t>(p.min)
                                 : p.values.size() - 1;
  return most <= 0xff ? 1 : most <= 0xffff ? 2 : most <= 0xffffffff ? 4 : 8;
}

}  // namespace

const char* to_string(Role role) {
  switch (role) {
    case Role::kInput:
      return "input";
    case Role::kBuild:
      return "build";
    case Role::kShape:
      return "shape";
  }
  return "?";
}

std::string to_string(const InvalidSetting& invalid) {
  return fmt::format("{} is {}, must be {}", invalid.field, invalid.value, invalid.must_be);
}

Expected<Schema> Schema::make(std::vector<Parameter> parameters, bool takes_data) {
  if (parameters.size() > kParametersMax) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("schema: has {} parameters, must have at most {}", parameters.size(), kParametersMax));
  }
  Schema schema;
  schema.takes_data_ = takes_data;
  for (Parameter& p : parameters) {
    if (const std::string flaw = flaw_of(p, schema.parameters_); !flaw.empty()) {
      return make_error(ErrorCode::kMalformed, fmt::format("schema: parameter \"{}\": {}", p.name, flaw));
    }
    schema.byte_widths_.push_back(byte_width_of(p));
    schema.call_bytes_ += schema.byte_widths_.back();
    schema.parameters_.push_back(std::move(p));
  }
  for (const Role role : {Role::kInput, Role::kBuild, Role::kShape}) {
    if (role == Role::kShape) schema.shape_begin_ = schema.shrink_order_.size();
    for (std::size_t i = 0; i < schema.size(); ++i) {
      if (schema[i].role == role) schema.shrink_order_.push_back(i);
    }
  }
  return schema;
}

std::optional<std::size_t> Schema::find(std::string_view name) const {
  for (std::size_t i = 0; i < size(); ++i) {
    if (parameters_[i].name == name) return i;
  }
  return std::nullopt;
}

bool Schema::has_shape() const { return shape_begin_ < shrink_order_.size(); }

std::int64_t Schema::ordinal(std::size_t i, std::int64_t value) const {
  const Parameter& p = parameters_[i];
  if (p.values.empty()) return value - p.min;
  return std::find(p.values.begin(), p.values.end(), value) - p.values.begin();
}

Settings Schema::usual() const {
  Settings settings;
  for (const Parameter& p : parameters_) settings.push_back(p.usual);
  return clamped(settings);
}

Settings Schema::smallest() const {
  Settings settings;
  for (std::size_t i = 0; i < size(); ++i) settings.push_back(value_at(i, 0));
  return settings;
}

Settings Schema::with(Settings settings, std::size_t i, std::int64_t value) const {
  settings[i] = value;
  for (std::size_t later = i + 1; later < size(); ++later) {
    const auto& bound = parameters_[later].max_is;
    if (bound) settings[later] = std::min(settings[later], settings[*bound]);
  }
  return settings;
}

Settings Schema::clamped(Settings settings, bool for_bytes) const {
  for (std::size_t i = 0; i < size(); ++i) {
    const Parameter& p = parameters_[i];
    if (p.values.empty()) {
      const std::int64_t most = for_bytes ? byte_ordinal_max(i, settings) : ordinal_max(i, settings);
      settings[i] = std::clamp(settings[i], p.min, p.min + most);
    } else if (!contains(p.values, settings[i])) {
      const auto distance = [&](std::int64_t v) {
        return static_cast<std::uint64_t>(std::max(v, settings[i])) - static_cast<std::uint64_t>(std::min(v, settings[i]));
      };
      settings[i] = *std::min_element(p.values.begin(), p.values.end(),
                                      [&](std::int64_t a, std::int64_t b) { return distance(a) < distance(b); });
    }
  }
  return settings;
}

std::optional<InvalidSetting> Schema::first_invalid(const Settings& settings) const {
  if (settings.size() != size()) {
    return InvalidSetting{"settings", static_cast<std::int64_t>(settings.size()), fmt::format("{} values", size())};
  }
  for (std::size_t i = 0; i < size(); ++i) {
    const Parameter& p = parameters_[i];
    if (!p.values.empty()) {
      if (contains(p.values, settings[i])) continue;
      return InvalidSetting{p.name, settings[i], fmt::format("one of {}", fmt::join(p.values, ", "))};
    }
    const std::int64_t max = p.min + ordinal_max(i, settings);
    if (settings[i] >= p.min && settings[i] <= max) continue;
    const bool by_other = p.max_is && settings[*p.max_is] <= p.max;
    return InvalidSetting{
        p.name, settings[i],
        fmt::format("{}..{}{}", p.min, by_other ? parameters_[*p.max_is].name + " = " : "", max)};
  }
  return std::nullopt;
}

Expected<void> Schema::validate(const Settings& settings) const {
  if (const auto invalid = first_invalid(settings)) return make_error(ErrorCode::kOutOfRange, to_string(*invalid));
  return {};
}

Expected<void> Schema::validate(const std::vector<Settings>& calls) const {
  if (calls.empty() || calls.size() > kCallsMax) {
    return make_error(ErrorCode::kOutOfRange,
                      fmt::format("calls has {} entries, must have 1..{}", calls.size(), kCallsMax));
  }
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (const auto invalid = first_invalid(calls[i])) {
      return make_error(ErrorCode::kOutOfRange, fmt::format("calls[{}].{}", i, to_string(*invalid)));
    }
  }
  return {};
}

std::string Schema::describe(const Settings& settings) const {
  std::string text;
  for (std::size_t i = 0; i < size() && i < settings.size(); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", parameters_[i].name, settings[i]);
  }
  return text;
}

std::string Schema::describe(const std::vector<Settings>& calls) const {
  std::string text;
  for (const Settings& settings : calls) text += (text.empty() ? "" : "; ") + describe(settings);
  return text;
}

std::uint32_t Schema::digest() const {
  Hash hash;
  hash.add(std::uint64_t{takes_data_});
  for (const Parameter& p : parameters_) {
    hash.add(p.name);
    for (const std::int64_t number : {p.min, p.max, p.usual, p.byte_max, static_cast<std::int64_t>(p.role)}) {
      hash.add(static_cast<std::uint64_t>(number));
    }
    hash.add(p.max_is ? *p.max_is + 1 : std::uint64_t{0});
    hash.add(std::uint64_t{p.values.size()});
    for (const std::int64_t value : p.values) hash.add(static_cast<std::uint64_t>(value));
    hash.add(std::uint64_t{p.edges.size()});
    for (const Edge& edge : p.edges) {
      hash.add(edge.parameter ? *edge.parameter + 1 : std::uint64_t{0});
      hash.add(static_cast<std::uint64_t>(edge.number));
    }
  }
  return std::max(hash.folded(), 1U);
}

}  // namespace straylane
