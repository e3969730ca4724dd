#include "generate/case_generator.h"

#include <rapidcheck.h>

#include <algorithm>
#include <limits>

namespace straylane {
namespace {

using rc::Gen;
using Ordinal = std::int64_t;
using Wide = __int128;  // holds any value of a parameter and its neighbours

constexpr std::size_t kDataMax = 64;

// Draws from min..max, both included.
template <class T>
Gen<T> between(T min, T max) {
  return rc::gen::inRange<T>(min, max + 1);
}

// Draws an ordinal of parameter `i`. The earlier parameters have the values of `settings`.
struct ParameterDraw {
  const Schema& schema;
  const Parameter& parameter;
  std::size_t i;
  Settings settings;
  Ordinal most;

  Ordinal free() const {
    switch (parameter.role) {
      case Role::kInput:
        return parameter.max_is ? bounded() : unbounded();
      case Role::kBuild:
        return *rc::gen::weightedOneOf<Ordinal>({{12, range(0, 15)}, {2, range(16, most)}, {1, edge()}});
      case Role::kShape:
        break;
    }
    return *rc::gen::weightedOneOf<Ordinal>({{10, rc::gen::just(usual())}, {4, range(0, 7)}, {2, range(0, most)}});
  }

  Ordinal at(const Edge& edge, std::int64_t beside) const {
    const std::int64_t value = schema.edge_value(edge, settings);
    if (!parameter.values.empty()) return within(schema.ordinal(i, value), beside);
    const std::int64_t min = parameter.min;
    return static_cast<Ordinal>(std::clamp<Wide>(Wide{value} + beside, min, min + most) - min);
  }

  // The ordinal of a value that is not smaller than `number`: the nearest one, or the largest of a list.
  Ordinal at_least(std::int64_t number) const {
    const auto& values = parameter.values;
    return values.empty() ? at({.number = number}, 0) : std::ranges::max_element(values) - values.begin();
  }

  Ordinal within(Ordinal ordinal, std::int64_t beside = 0) const {
    ordinal = std::min(ordinal, most);
    if (beside == 0) return ordinal;
    return beside < 0 ? std::max<Ordinal>(ordinal - 1, 0) : ordinal < most ? ordinal + 1 : ordinal;
  }
  Ordinal usual() const { return at({.number = parameter.usual}, 0); }
  Gen<Ordinal> range(Ordinal low, Ordinal high) const {
    const auto end = static_cast<std::uint64_t>(within(high)) + 1;  // may be 2^63
    return rc::gen::map(rc::gen::inRange(static_cast<std::uint64_t>(within(low)), end),
                        [](std::uint64_t ordinal) { return static_cast<Ordinal>(ordinal); });
  }

  // Mostly small enough for a person to follow the run, but not the very smallest.
  Ordinal unbounded() const {
    return *rc::gen::weightedOneOf<Ordinal>({{2, rc::gen::just<Ordinal>(0)},
                                             {20, range(most > 7 ? 1 : 0, 7)},
                                             {4, range(8, 39)},
                                             {1, range(40, std::max<Ordinal>(96, 2 * std::min(usual(), most / 2)))},
                                             {4, edge()}});
  }

  Ordinal bounded() const {
    return *rc::gen::weightedOneOf<Ordinal>(
        {{2, edge()}, {3, rc::gen::just(within(most, -1))}, {5, rc::gen::just(most)}, {6, range(0, most)}});
  }

  // At an edge, or beside it if no other parameter bounds this one. Without edges, one of the smallest values.
  Gen<Ordinal> edge() const {
    return rc::gen::exec([draw = *this]() -> Ordinal {
      const Parameter& p = draw.parameter;
      if (p.edges.empty()) return *draw.range(0, 7);
      const Edge& edge = p.edges[*rc::gen::inRange<std::size_t>(0, p.edges.size())];
      return draw.at(edge, p.max_is ? 0 : *rc::gen::element<std::int64_t>(0, 0, -1, 1));
    });
  }
};

// Whether parameter `i` bounds `other`, directly or through other parameters.
bool bounds(const Schema& schema, std::size_t i, std::size_t other) {
  const auto& bound = schema[other].max_is;
  return bound && (*bound == i || bounds(schema, i, *bound));
}

Settings draw_settings(const Schema& schema, const Stratum& stratum) {
  const bool is_free = stratum.parameter >= schema.size();
  const Edge edge = is_free ? Edge{} : schema[stratum.parameter].edges[stratum.edge];
  Settings settings;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const ParameterDraw draw{schema, schema[i], i, settings, schema.byte_ordinal_max(i, settings)};
    Ordinal ordinal = i == stratum.parameter ? draw.at(edge, stratum.beside) : draw.free();
    // A parameter that bounds the one of the stratum must leave room for the edge.
    const bool needs_room = !is_free && !edge.parameter && bounds(schema, i, stratum.parameter);
    if (needs_room && schema.value_at(i, ordinal) < edge.number) ordinal = draw.at_least(edge.number);
    settings.push_back(schema.value_at(i, ordinal));
  }
  return settings;
}

// Short gaps hit the beginning of a thread. Long gaps hit the middle of a run of a few hundred choice points.
Gen<Preemption> preemption_generator() {
  return rc::gen::exec([] {
    const std::uint32_t gap = *rc::gen::weightedOneOf<std::uint32_t>(
        {{6, between(0U, 12U)}, {4, between(0U, 60U)}, {2, between(0U, 400U)}, {1, between(0U, 2000U)}});
    return Preemption{gap, *rc::gen::weightedOneOf<std::uint32_t>({{8, between(0U, 3U)}, {2, between(0U, 64U)}})};
  });
}

Gen<SearchForm> search_generator() {
  return rc::gen::exec([] {
    const auto count = *rc::gen::weightedOneOf<std::size_t>(
        {{1, rc::gen::just<std::size_t>(0)}, {10, between<std::size_t>(1, 4)}, {4, between<std::size_t>(5, 8)}});
    return *rc::gen::container<SearchForm>(count, preemption_generator());
  });
}

Gen<DrawnForm> drawn_generator(DrawnStrategy strategy) {
  return rc::gen::exec([strategy] {
    constexpr std::uint64_t kSeedMax = std::numeric_limits<std::uint64_t>::max();
    DrawnForm drawn{.strategy = strategy, .seed = *rc::gen::inRange<std::uint64_t>(0, kSeedMax)};
    if (strategy == DrawnStrategy::kPct) {
      drawn.depth = *rc::gen::weightedElement<std::uint32_t>({{1, 2}, {4, 3}, {3, 4}, {2, 5}});
      drawn.steps_expected = *rc::gen::element<std::uint32_t>(100, 200, 400, 800, 1600);
    }
    return drawn;
  });
}

template <class Form>
Gen<Schedule> as_schedule(Gen<Form> form) {
  return rc::gen::map(std::move(form), [](Form&& value) { return Schedule(std::move(value)); });
}

Gen<Schedule> schedule_generator() {
  return rc::gen::weightedOneOf<Schedule>({{3, as_schedule(search_generator())},
                                           {4, as_schedule(drawn_generator(DrawnStrategy::kSticky))},
                                           {3, as_schedule(drawn_generator(DrawnStrategy::kPct))}});
}

Case draw(const Schema& schema, const Stratum& stratum) {
  Case value;
  const auto calls = *rc::gen::weightedElement<std::size_t>({{12, 1}, {3, 2}, {1, 3}});
  value.calls.push_back(draw_settings(schema, stratum));
  while (value.calls.size() < calls) value.calls.push_back(draw_settings(schema, {schema.size()}));
  if (schema.takes_data()) {
    const auto size = *between<std::size_t>(0, kDataMax);
    value.data = *rc::gen::container<std::vector<std::uint8_t>>(size, rc::gen::inRange<std::uint8_t>(0, 255));
  }
  value.schedule = *schedule_generator();
  return value;
}

// The largest value of a parameter that bytes can hold.
std::int64_t highest(const Schema& schema, std::size_t i) {
  const Parameter& p = schema[i];
  if (!p.values.empty()) return std::ranges::max(p.values);
  return p.max_is ? std::min(p.byte_max, highest(schema, *p.max_is)) : p.byte_max;
}

bool can_be(const Schema& schema, std::size_t i, Wide value) {
  const auto& values = schema[i].values;
  if (!values.empty()) return std::ranges::find(values, value) != values.end();
  return value >= schema[i].min && value <= highest(schema, i);
}

}  // namespace

bool can_be_at(const Schema& schema, std::size_t i, const Edge& edge, std::int64_t beside) {
  if (!edge.parameter) return can_be(schema, i, Wide{edge.number} + beside);
  const std::size_t other = *edge.parameter;
  if (schema[i].max_is == other && beside > 0) return false;
  const auto& values = schema[i].values;
  const auto& others = schema[other].values;
  if (!values.empty()) {
    return std::ranges::any_of(values, [&](Wide v) { return can_be(schema, other, v - beside); });
  }
  if (!others.empty()) {
    return std::ranges::any_of(others, [&](Wide v) { return can_be(schema, i, v + beside); });
  }
  const Wide least = std::max<Wide>(schema[i].min, Wide{schema[other].min} + beside);
  return least <= std::min<Wide>(highest(schema, i), Wide{highest(schema, other)} + beside);
}

Gen<Settings> settings_generator(const Schema& schema) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::exec([&schema] { return draw_settings(schema, {schema.size()}); }));
}

Gen<Case> case_generator(const Schema& schema) { return case_generator(schema, {schema.size()}); }

Gen<Case> case_generator(const Schema& schema, const Stratum& stratum) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::exec([&schema, stratum] { return draw(schema, stratum); }));
}

std::vector<Stratum> strata_of(const Schema& schema) {
  std::vector<Stratum> strata;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    for (std::size_t e = 0; e < schema[i].edges.size(); ++e) {
      const Edge& edge = schema[i].edges[e];
      for (const std::int64_t beside : {0, -1, 1}) {
        if ((edge.parameter || beside == 0) && can_be_at(schema, i, edge, beside)) strata.push_back({i, e, beside});
      }
    }
  }
  return strata;
}

Stratum stratum_of(const Schema& schema, std::uint64_t index) {
  const std::vector<Stratum> strata = strata_of(schema);
  return index % 2 == 0 || strata.empty() ? Stratum{schema.size()} : strata[index / 2 % strata.size()];
}

Case draw_case(const Schema& schema, std::uint64_t seed) {
  return case_generator(schema)(rc::Random(seed), rc::kNominalSize).value();
}

Case draw_case(const Schema& schema, std::uint64_t seed, std::uint64_t index) {
  const rc::Random random(rc::Random::Key{seed, index, 0, 1});  // differs from every key of the draw without an index
  return case_generator(schema, stratum_of(schema, index))(random, rc::kNominalSize).value();
}

}  // namespace straylane
