#include "domain/schema.h"

#include <cctype>
#include <limits>
#include <set>

#include "domain/enum_names.h"
#include "domain/hash.h"

namespace straylane {
namespace {

bool is_parameter_name(std::string_view text) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && text.size() <= Schema::kNameLengthMax &&
         std::isdigit(static_cast<unsigned char>(text[0])) == 0 && std::ranges::all_of(text, fits);
}

bool is_value_of(const Parameter& p, std::int64_t value) {
  if (p.values.empty()) return value >= p.min && value <= p.max;
  return std::ranges::find(p.values, value) != p.values.end();
}

std::uint64_t distance(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(std::max(a, b)) - static_cast<std::uint64_t>(std::min(a, b));
}

// What is wrong with a parameter, given the parameters before it. Empty if nothing is.
std::string flaw_of(const Parameter& p, const std::vector<Parameter>& earlier) {
  if (!is_parameter_name(p.name)) return "its name must be letters, digits and '_', and not begin with a digit";
  if (std::ranges::find(earlier, p.name, &Parameter::name) != earlier.end()) return "its name is given twice";
  if (p.values.empty()) {
    if (p.min > p.max) return fmt::format("min {} is above max {}", p.min, p.max);
    if (distance(p.min, p.max) > std::numeric_limits<std::int64_t>::max()) return "max - min is 2^63 or more";
    if (!is_value_of(p, p.byte_max)) return fmt::format("byte_max {} is not one of its values", p.byte_max);
  } else {
    if (p.values.size() > Schema::kValuesMax) return fmt::format("has more than {} values", Schema::kValuesMax);
    if (std::set<std::int64_t>(p.values.begin(), p.values.end()).size() != p.values.size()) return "repeats a value";
    if (p.max_is) return "has a list of values and max_is";
  }
  if (!is_value_of(p, p.usual)) return fmt::format("usual {} is not one of its values", p.usual);
  if (p.edges.size() > Schema::kEdgesMax) return fmt::format("has more than {} edges", Schema::kEdgesMax);
  for (const auto& [parameter, number] : p.edges) {
    if (parameter && *parameter >= earlier.size()) return "an edge names no earlier parameter";
    if (!parameter && !is_value_of(p, number)) return fmt::format("edge {} is not one of its values", number);
  }
  if (p.max_is) {
    if (*p.max_is >= earlier.size()) return "max_is names no earlier parameter";
    const Parameter& bound = earlier[*p.max_is];
    const std::int64_t least = bound.values.empty() ? bound.min : std::ranges::min(bound.values);
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

const char* to_string(Role role) { return enum_name({"input", "build", "shape"}, role); }

std::string to_string(const InvalidSetting& invalid) {
  return fmt::format("{} is {}, must be {}", invalid.field, invalid.value, invalid.must_be);
}

Expected<Schema> Schema::make(std::vector<Parameter> parameters, bool takes_data) {
  if (parameters.size() > kParametersMax) {
    return make_error(ErrorCode::kMalformed, fmt::format("schema: has {} parameters, must have at most {}",
                                                         parameters.size(), kParametersMax));
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
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  if (found == parameters_.end()) return std::nullopt;
  return found - parameters_.begin();
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
    std::int64_t& value = settings[i];
    if (p.values.empty()) {
      const std::int64_t most = for_bytes ? byte_ordinal_max(i, settings) : ordinal_max(i, settings);
      value = std::clamp(value, p.min, p.min + most);
    } else {
      value = *std::ranges::min_element(p.values, {}, [value](std::int64_t v) { return distance(v, value); });
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
      if (is_value_of(p, settings[i])) continue;
      return InvalidSetting{p.name, settings[i], fmt::format("one of {}", fmt::join(p.values, ", "))};
    }
    const std::int64_t max = p.min + ordinal_max(i, settings);
    if (settings[i] >= p.min && settings[i] <= max) continue;
    const bool by_other = p.max_is && settings[*p.max_is] <= p.max;
    const std::string bound = by_other ? parameters_[*p.max_is].name + " = " : "";
    return InvalidSetting{p.name, settings[i], fmt::format("{}..{}{}", p.min, bound, max)};
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
  const auto add = [&hash](std::int64_t number) { hash.add(static_cast<std::uint64_t>(number)); };
  add(takes_data_);
  for (const Parameter& p : parameters_) {
    hash.add(p.name);
    for (const std::int64_t number : {p.min, p.max, p.usual, p.byte_max, static_cast<std::int64_t>(p.role)})
      add(number);
    hash.add(p.max_is ? *p.max_is + 1 : std::uint64_t{0});
    add(std::ssize(p.values));
    for (const std::int64_t value : p.values) add(value);
    add(std::ssize(p.edges));
    for (const auto& [parameter, number] : p.edges) {
      hash.add(parameter ? *parameter + 1 : std::uint64_t{0});
      add(number);
    }
  }
  return std::max(hash.folded(), 1U);
}

}  // namespace straylane
