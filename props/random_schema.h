#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "domain/schema.h"

namespace straylane {

// Schemas and settings for properties that must hold for any program under test.
namespace random_schema_detail {

inline constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

// Draws from first..first + range; both ends are likely. Precondition: `range` is not negative.
inline std::int64_t draw_from(std::int64_t first, std::int64_t range) {
  const auto most = static_cast<std::uint64_t>(range);
  const auto offset = *rc::gen::weightedOneOf<std::uint64_t>(
      {{1, rc::gen::just(std::uint64_t{0})},
       {1, rc::gen::just(most)},
       {3, rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(most, 20) + 1)},
       {3, rc::gen::inRange<std::uint64_t>(0, most + 1)}});
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + offset);
}
inline std::int64_t draw_between(std::int64_t min, std::int64_t max) { return draw_from(min, max - min); }

inline std::int64_t add_up_to_highest(std::int64_t value, std::int64_t more) {
  return value > kHighest - more ? kHighest : value + more;
}

inline bool one_in(int n) { return *rc::gen::inRange(0, n) == 0; }

inline std::int64_t least_of(const Parameter& p) {
  return p.values.empty() ? p.min : *std::min_element(p.values.begin(), p.values.end());
}

inline void draw_list(Parameter& p) {
  const auto count = *rc::gen::inRange<std::size_t>(1, one_in(8) ? Schema::kValuesMax + 1 : 7);
  while (p.values.size() < count) {
    const std::int64_t value = one_in(4) ? *rc::gen::arbitrary<std::int64_t>() : draw_between(-64, 1'024);
    if (std::find(p.values.begin(), p.values.end(), value) == p.values.end()) p.values.push_back(value);
  }
}

inline void draw_range(Parameter& p, const std::vector<Parameter>& earlier) {
  p.min =
      *rc::gen::element<std::int64_t>(0, 0, 1, 1, -3, 100, -1'000'000, kLowest, kLowest / 2, kHighest - 1, kHighest);
  const std::int64_t range = *rc::gen::element<std::int64_t>(0, 1, 6, 9, 40, 254, 255, 256, 1'000, 65'535, 65'536,
                                                             70'000, 1'000'000, std::int64_t{1} << 33, kHighest);
  if (!earlier.empty() && one_in(3)) {
    p.max_is = *rc::gen::inRange<std::size_t>(0, earlier.size());
    p.min = std::min(p.min, least_of(earlier[*p.max_is]));
  }
  p.max = p.min < 0 ? p.min + range : add_up_to_highest(p.min, range);
  p.byte_max = draw_from(p.min, std::min<std::int64_t>(p.max - p.min, one_in(8) ? kHighest : 1'023));
}

inline std::int64_t draw_value(const Parameter& p) {
  return p.values.empty() ? draw_between(p.min, p.max) : *rc::gen::elementOf(p.values);
}

inline Parameter draw_parameter(const std::vector<Parameter>& earlier) {
  static constexpr const char* kNames[] = {"n", "width", "size_", "_block", "Rows"};
  Parameter p;
  p.name = kNames[earlier.size() % std::size(kNames)] + std::to_string(earlier.size());
  p.role = *rc::gen::element(Role::kInput, Role::kInput, Role::kBuild, Role::kShape);
  if (one_in(5)) {
    draw_list(p);
  } else {
    draw_range(p, earlier);
  }
  p.usual = draw_value(p);
  for (auto left = *rc::gen::inRange(0, 4); left > 0; --left) {
    Edge edge;
    if (!earlier.empty() && one_in(3)) {
      edge.parameter = *rc::gen::inRange<std::size_t>(0, earlier.size());
    } else {
      edge.number = draw_value(p);
    }
    p.edges.push_back(edge);
  }
  return p;
}

inline Settings draw_settings(const Schema& schema, bool for_bytes) {
  Settings settings;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const std::int64_t most = for_bytes ? schema.byte_ordinal_max(i, settings) : schema.ordinal_max(i, settings);
    settings.push_back(schema.value_at(i, draw_between(0, most)));
  }
  return settings;
}

}  // namespace random_schema_detail

// Draws any schema of 1 to 16 parameters, with and without data. It may have ranges from one value up to 2^63 values,
// negative ranges, ranges up to the ends of std::int64_t, lists, bounds and edges by earlier parameters, and all roles.
inline rc::Gen<Schema> random_schema() {
  return rc::gen::resize(rc::kNominalSize, rc::gen::exec([] {
                           const auto count = *rc::gen::weightedOneOf<std::size_t>(
                               {{4, rc::gen::inRange<std::size_t>(1, 6)},
                                {1, rc::gen::inRange<std::size_t>(6, Schema::kParametersMax + 1)}});
                           std::vector<Parameter> parameters;
                           while (parameters.size() < count) {
                             parameters.push_back(random_schema_detail::draw_parameter(parameters));
                           }
                           return Schema::make(std::move(parameters), random_schema_detail::one_in(3)).value();
                         }));
}

// Draw valid settings of a schema; the second one only settings that bytes can hold. The generator keeps a copy of the
// schema.
inline rc::Gen<Settings> settings_of(const Schema& schema) {
  return rc::gen::resize(rc::kNominalSize,
                         rc::gen::exec([schema] { return random_schema_detail::draw_settings(schema, false); }));
}
inline rc::Gen<Settings> settings_for_bytes(const Schema& schema) {
  return rc::gen::resize(rc::kNominalSize,
                         rc::gen::exec([schema] { return random_schema_detail::draw_settings(schema, true); }));
}

// The schema of a seed, for tests that draw without RapidCheck's runner. It is the same on every machine.
inline Schema schema_of_seed(std::uint64_t seed) { return random_schema()(rc::Random(seed), rc::kNominalSize).value(); }

// What RapidCheck prints of a counterexample.
inline void showValue(const Settings& settings, std::ostream& out) {
  for (std::size_t i = 0; i < settings.size(); ++i) out << (i == 0 ? "{" : ", ") << settings[i];
  out << (settings.empty() ? "{}" : "}");
}
inline void showValue(const Schema& schema, std::ostream& out) {
  for (const Parameter& p : schema) {
    out << p.name << " (" << to_string(p.role) << "): ";
    if (p.values.empty()) {
      out << p.min << ".." << p.max << ", bytes to " << p.byte_max;
    } else {
      for (const std::int64_t value : p.values) out << value << ' ';
    }
    if (p.max_is) out << ", max is " << schema[*p.max_is].name;
    out << ", usual " << p.usual << '\n';
  }
  if (schema.takes_data()) out << "takes data\n";
}

}  // namespace straylane
