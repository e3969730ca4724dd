#include "generate/setting_classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "generate/case_generator.h"

namespace straylane {
namespace {

constexpr std::uint64_t kFloorFrom = 1'000;  // with fewer cases, chance alone may leave a class empty

// An edge, or the value just below it.
struct EdgePlace {
  Edge edge;
  std::int64_t beside = 0;

  bool has(std::int64_t value, const Settings& settings) const {
    const std::int64_t at = Schema::edge_value(edge, settings);
    return beside == 0 ? value == at : value < at && value + 1 == at;
  }
};

std::string name_of(const Schema& schema, std::size_t i, const EdgePlace& place) {
  const auto& [parameter, number] = place.edge;
  return fmt::format("{}={}{}", schema[i].name, parameter ? schema[*parameter].name : fmt::to_string(number),
                     place.beside == 0 ? "" : "-1");
}

std::vector<EdgePlace> places_of(const Schema& schema, std::size_t i) {
  std::vector<EdgePlace> places;
  for (const Edge& edge : schema[i].edges) {
    for (const std::int64_t beside : {-1, 0}) {
      if ((edge.parameter || beside == 0) && can_be_at(schema, i, edge, beside)) places.push_back({edge, beside});
    }
  }
  return places;
}

// Whether draws are sure to give values other than `places`: there are more than twice as many values.
bool has_others(const Schema& schema, std::size_t i, const std::vector<EdgePlace>& places) {
  const Parameter& p = schema[i];
  const std::int64_t values = p.values.empty() ? p.byte_max - p.min : std::ssize(p.values) - 1;
  return !places.empty() && values >= 2 * std::ssize(places);
}

}  // namespace

std::vector<SettingClass> setting_classes(const Schema& schema, const std::vector<SettingClass>& own) {
  std::vector<SettingClass> classes;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const std::vector<EdgePlace> places = places_of(schema, i);
    for (const EdgePlace& place : places) {
      classes.push_back({name_of(schema, i, place), [i, place](const Settings& s) { return place.has(s[i], s); }});
    }
    if (!has_others(schema, i, places)) continue;
    classes.push_back({schema[i].name + " between", [i, places](const Settings& s) {
                         return std::ranges::none_of(places, [&](const EdgePlace& p) { return p.has(s[i], s); });
                       }});
  }
  classes.insert(classes.end(), own.begin(), own.end());
  return classes;
}

ClassCounts::ClassCounts(std::vector<SettingClass> classes)
    : classes_(std::make_shared<const std::vector<SettingClass>>(std::move(classes))) {
  for (const SettingClass& c : *classes_) counts_.emplace_back(c.name, 0);
}

void ClassCounts::add(std::span<const Settings> calls) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    counts_[i].second += static_cast<std::uint64_t>(std::ranges::count_if(calls, (*classes_)[i].has));
  }
}

void ClassCounts::add(const ClassCounts& other) {
  if (!classes_) {
    *this = other;
    return;
  }
  assert(other.counts_.empty() || other.counts_.size() == counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i].second += other.counts_[i].second;
}

std::optional<std::string> ClassCounts::below_floor(std::uint64_t total) const {
  if (total < kFloorFrom || counts_.empty()) return std::nullopt;
  // Every second case is drawn for one of the classes, each in turn.
  const std::uint64_t floor = total / (4 * counts_.size());
  const auto below = std::ranges::find_if(counts_, [floor](const auto& c) { return c.second < floor; });
  if (below == counts_.end()) return std::nullopt;
  return fmt::format("{}: {} of {} cases, must be at least {}", below->first, below->second, total, floor);
}

}  // namespace straylane
