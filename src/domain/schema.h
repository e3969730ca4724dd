#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "domain/inline_vector.h"

namespace straylane {

// One value for each parameter of a schema, in the order of the schema.
using Settings = InlineVector<std::int64_t, 16>;

// A class of settings that a suite must cover, such as "width=0". Settings may be in no class or in several.
struct SettingClass {
  std::string name;  // as reports show it
  std::function<bool(const Settings&)> has;
};

// What a parameter is for. The role decides how much a value costs and when the parameter shrinks.
enum class Role : std::uint8_t {
  kInput,  // what the program works on; shrinks first
  kBuild,  // another value needs another build; shrinks after the inputs
  kShape,  // how the work is spread over threads; shrinks last, for a second minimum
};
const char* to_string(Role role);

// A value at which programs tend to change what they do: a number, or the value of an earlier parameter.
struct Edge {
  std::optional<std::size_t> parameter;  // place of an earlier parameter in the schema
  std::int64_t number = 0;               // used if there is no such parameter

  bool operator==(const Edge&) const = default;
};

// A named integer that a program takes.
//
// Its values are either the numbers min..max, of which the smallest is the simplest, or the values of a list, of which
// the first is the simplest. The ordinal of a value is its place among them, from 0 (Schema::ordinal). Everything that
// searches, shrinks or encodes works on ordinals only.
struct Parameter {
  std::string name;  // letters, digits and '_', not beginning with a digit, at most kNameLengthMax
  std::int64_t min = 0;
  std::int64_t max = 0;               // inclusive; max - min < 2^63
  std::vector<std::int64_t> values;   // if not empty, the only values, in shrink order; min and max are then not used
  std::optional<std::size_t> max_is;  // place of an earlier parameter that also bounds this one; not with `values`
  std::int64_t usual = 0;             // the default value; lowered to the value of `max_is`
  std::vector<Edge> edges;
  Role role = Role::kInput;
  std::int64_t byte_max = 0;  // the largest value that bytes and generators give; not with `values`

  bool operator==(const Parameter&) const = default;
};

// A setting that its schema does not allow.
struct InvalidSetting {
  std::string field;
  std::int64_t value = 0;
  std::string must_be;  // "0..height = 10", "one of 32, 64, 128"
};
// "width is 11, must be 0..height = 10"
std::string to_string(const InvalidSetting& invalid);

// The parameters of a program, in order. Immutable.
class Schema {
 public:
  static constexpr std::size_t kParametersMax = Settings::kCountMax;
  static constexpr std::size_t kNameLengthMax = 64;
  static constexpr std::size_t kValuesMax = 64;
  static constexpr std::size_t kEdgesMax = 16;
  static constexpr std::size_t kCallsMax = 16;

  Schema() = default;  // no parameters

  // Makes a schema. If `takes_data`, cases of the program also have a string of bytes (Case::data).
  // Errors: kMalformed, one line that names the parameter, if
  //   - there are more than kParametersMax parameters;
  //   - a name is malformed or given twice;
  //   - min > max, or the range is 2^63 or more;
  //   - a `usual`, edge or `byte_max` is out of range;
  //   - a list repeats a value;
  //   - a reference is not to an earlier parameter;
  //   - the parameter of a `max_is` can be smaller than `min`.
  static Expected<Schema> make(std::vector<Parameter> parameters, bool takes_data = false);

  std::size_t size() const { return parameters_.size(); }
  const Parameter& operator[](std::size_t i) const { return parameters_[i]; }
  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }
  std::optional<std::size_t> find(std::string_view name) const;
  bool takes_data() const { return takes_data_; }
  bool has_shape() const { return shape_begin_ < shrink_order_.size(); }  // some parameter has the role kShape

  // The places of the parameters in the order in which smaller values matter: inputs, then build, then shape, each in
  // the order of the schema.
  const std::vector<std::size_t>& shrink_order() const { return shrink_order_; }
  // The number of places in shrink_order() before the first shape parameter.
  std::size_t shape_begin() const { return shape_begin_; }

  // The ordinal of a value of parameter `i`, and the reverse.
  // Precondition: the parameter has the value.
  std::int64_t ordinal(std::size_t i, std::int64_t value) const {
    const Parameter& p = parameters_[i];
    return p.values.empty() ? value - p.min : std::ranges::find(p.values, value) - p.values.begin();
  }
  std::int64_t value_at(std::size_t i, std::int64_t ordinal) const {
    const Parameter& p = parameters_[i];
    return p.values.empty() ? p.min + ordinal : p.values[static_cast<std::size_t>(ordinal)];
  }
  // The largest ordinal of parameter `i` if the earlier parameters have the values of `settings`.
  std::int64_t ordinal_max(std::size_t i, const Settings& settings) const {
    const Parameter& p = parameters_[i];
    if (!p.values.empty()) return std::ssize(p.values) - 1;
    return (p.max_is ? std::min(p.max, settings[*p.max_is]) : p.max) - p.min;
  }
  // The same, among the values that bytes and generators give.
  std::int64_t byte_ordinal_max(std::size_t i, const Settings& settings) const {
    const Parameter& p = parameters_[i];
    const std::int64_t most = ordinal_max(i, settings);
    return p.values.empty() ? std::min(most, p.byte_max - p.min) : most;
  }
  // How many bytes an ordinal of parameter `i` takes in a case's bytes: 1, 2, 4 or 8, whatever the other values are.
  std::size_t byte_width(std::size_t i) const { return byte_widths_[i]; }
  // How many bytes all parameters take: one call.
  std::size_t call_bytes() const { return call_bytes_; }
  static std::int64_t edge_value(const Edge& edge, const Settings& settings) {
    return edge.parameter ? settings[*edge.parameter] : edge.number;
  }

  Settings usual() const;
  Settings smallest() const;  // every parameter at its ordinal 0
  // The settings with parameter `i` at `value`. Every later parameter that it bounds is lowered to the bound.
  Settings with(Settings settings, std::size_t i, std::int64_t value) const;
  // The nearest valid settings: each parameter in order is moved into its bounds, or to the nearest value of its list.
  // If `for_bytes`, the bounds are those of bytes.
  Settings clamped(Settings settings, bool for_bytes = false) const;

  // The first parameter, in order, whose value is not allowed. The field is "settings" if the count of values is wrong.
  std::optional<InvalidSetting> first_invalid(const Settings& settings) const;
  // Errors: kOutOfRange, with the text of first_invalid.
  Expected<void> validate(const Settings& settings) const;
  // The same for 1 to kCallsMax calls. The error names calls[i].
  Expected<void> validate(const std::vector<Settings>& calls) const;

  // "height 10, width 7"; calls are separated by "; ".
  std::string describe(const Settings& settings) const;
  std::string describe(const std::vector<Settings>& calls) const;

  // Equal for equal schemas on every machine, and never 0.
  std::uint32_t digest() const;

  bool operator==(const Schema& other) const {
    return parameters_ == other.parameters_ && takes_data_ == other.takes_data_;
  }

 private:
  std::vector<Parameter> parameters_;
  std::vector<std::size_t> shrink_order_;
  std::size_t shape_begin_ = 0;
  bool takes_data_ = false;
  std::vector<std::uint8_t> byte_widths_;  // by parameter
  std::size_t call_bytes_ = 0;
};

}  // namespace straylane
