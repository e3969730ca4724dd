#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "domain/settings.h"

namespace straylane {

// What a parameter is for. It decides how much a value costs and when it is made smaller.
enum class Role : std::uint8_t {
  kInput,  // what the program works on; shrunk first
  kBuild,  // another value needs another build; shrunk after the inputs
  kShape,  // how the work is spread over threads; shrunk last, in a second minimum of its own
};
const char* to_string(Role role);

// A value at which programs tend to change what they do: a number, or the value of an earlier parameter.
struct Edge {
  std::optional<std::size_t> parameter;  // place of an earlier parameter in the schema
  std::int64_t number = 0;               // where there is no such parameter

  bool operator==(const Edge&) const = default;
};

// A named integer that a program takes.
//
// Its values are the numbers min..max, and then the smallest is the simplest; or those of a list, and then the first is
// the simplest. `ordinal` (Schema::ordinal) is the place of a value among them, from 0: everything that searches,
// shrinks or encodes works on ordinals and knows no more.
struct Parameter {
  std::string name;  // letters, digits and '_', no digit first, at most kNameLengthMax
  std::int64_t min = 0;
  std::int64_t max = 0;               // inclusive; max - min < 2^63
  std::vector<std::int64_t> values;   // where it is not empty the only values, in shrink order; min and max are not used
  std::optional<std::size_t> max_is;  // place of an earlier parameter that bounds this one too; not with `values`
  std::int64_t usual = 0;             // the value where nobody says one; follows `max_is` down
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

  bool operator==(const InvalidSetting&) const = default;
};
// "width is 11, must be 0..height = 10"
std::string to_string(const InvalidSetting& invalid);

// The parameters of a program, in order. Immutable once it is made.
class Schema {
 public:
  static constexpr std::size_t kParametersMax = Settings::kCountMax;
  static constexpr std::size_t kNameLengthMax = 64;
  static constexpr std::size_t kValuesMax = 64;
  static constexpr std::size_t kEdgesMax = 16;

  Schema() = default;  // no parameters

  // kMalformed, one line that names the parameter, for: more than kParametersMax of them; a name that is malformed or
  // given twice; min > max or a range of 2^63 or more; a `usual`, edge or `byte_max` out of range; a repeated value in a
  // list; a reference that is not to an earlier parameter; a `max_is` whose parameter can be smaller than `min`.
  // `takes_data`: cases of the program also have a string of bytes (Case::data).
  static Expected<Schema> make(std::vector<Parameter> parameters, bool takes_data = false);

  std::size_t size() const { return parameters_.size(); }
  const Parameter& operator[](std::size_t i) const { return parameters_[i]; }
  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }
  std::optional<std::size_t> find(std::string_view name) const;
  bool takes_data() const { return takes_data_; }
  bool has_shape() const;  // some parameter has the role kShape

  // The places of the parameters in the order in which a smaller value counts: inputs, then build, then shape, each in
  // the schema's order.
  const std::vector<std::size_t>& shrink_order() const { return shrink_order_; }
  // How many places of it, from the front, are not shape.
  std::size_t shape_begin() const { return shape_begin_; }

  // Place of a value of parameter `i`, from 0, and back. Precondition: the value is one of the parameter's.
  std::int64_t ordinal(std::size_t i, std::int64_t value) const;
  std::int64_t value_at(std::size_t i, std::int64_t ordinal) const {
    const Parameter& p = parameters_[i];
    return p.values.empty() ? p.min + ordinal : p.values[static_cast<std::size_t>(ordinal)];
  }
  // The largest ordinal of parameter `i` where the earlier parameters have the values of `settings`.
  std::int64_t ordinal_max(std::size_t i, const Settings& settings) const {
    const Parameter& p = parameters_[i];
    if (!p.values.empty()) return std::ssize(p.values) - 1;
    return (p.max_is ? std::min(p.max, settings[*p.max_is]) : p.max) - p.min;
  }
  // The same among the values that bytes and generators give.
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
  // The settings with parameter `i` at `value`, and every later parameter that it bounds brought down to it.
  Settings with(Settings settings, std::size_t i, std::int64_t value) const;
  // The nearest settings that are valid: each parameter in order is brought into its bounds, or to the nearest value of
  // its list. `for_bytes`: into the bounds that bytes have.
  Settings clamped(Settings settings, bool for_bytes = false) const;

  // The first parameter whose value is not allowed, in order. `settings` of another length give the field "settings".
  std::optional<InvalidSetting> first_invalid(const Settings& settings) const;
  // kOutOfRange with what first_invalid says.
  Expected<void> validate(const Settings& settings) const;
  // One to kCallsMax calls, each valid; the error names calls[i].
  static constexpr std::size_t kCallsMax = 16;
  Expected<void> validate(const std::vector<Settings>& calls) const;

  // "height 10, width 7"; calls separated by "; ".
  std::string describe(const Settings& settings) const;
  std::string describe(const std::vector<Settings>& calls) const;

  // The same for equal schemas on every machine, and never 0.
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
