#include "search/pair_counters.h"

#include <algorithm>
#include <map>

#include "domain/hash.h"

namespace straylane {
namespace {

constexpr std::uint64_t kNever = 0;

// Hashes which parameters of the settings are at which of their edges into a few classes.
std::size_t class_of(const Settings& settings, const Schema& schema) {
  Hash hash;
  for (std::size_t i = 0; i < std::min(schema.size(), settings.size()); ++i) {
    const auto& edges = schema[i].edges;
    const auto value = [&](const Edge& edge) { return schema.edge_value(edge, settings); };
    hash.step(static_cast<std::uint64_t>(std::ranges::find(edges, settings[i], value) - edges.begin()));
  }
  return (hash.value() >> 32) % kSettingsClasses;
}

std::uint64_t hash_of(const std::optional<Site>& site) {
  Hash hash;
  if (site) hash.add(*site);
  return hash.value();
}

void count(std::uint8_t& counter) { counter = static_cast<std::uint8_t>(std::min(counter + 1, 255)); }

}  // namespace

static_assert(kOutcomeCounters == (static_cast<std::size_t>(RunEnd::kRefused) + 1) * kSettingsClasses);

void count_run(const Case& c, const Schema& schema, const Observation& observation,
               std::span<std::uint8_t, kPairCounters> counters) {
  const std::size_t settings = c.calls.empty() ? 0 : class_of(c.calls.back(), schema);
  count(counters[static_cast<std::size_t>(observation.end) * kSettingsClasses + settings]);

  const auto count_pair = [&counters](std::initializer_list<std::uint64_t> numbers) {
    Hash pair;
    for (const std::uint64_t number : numbers) pair.add(number);
    count(counters[kOutcomeCounters + pair.value() % (kPairCounters - kOutcomeCounters)]);
  };
  for (const auto& [earlier, later, maker, kind] : observation.access_pairs) {
    if (maker == Maker::kOther) count_pair({earlier, later, static_cast<std::uint64_t>(kind)});
  }
  if (!observation.access_pairs.empty()) return;

  std::map<ThreadId, std::uint64_t> left_at;
  for (const Choice& choice : observation.choices) {
    const std::uint64_t here = hash_of(choice.site);
    const auto before = left_at.find(choice.to);
    count_pair({here, before == left_at.end() ? kNever : before->second});
    left_at[choice.thread] = here;
  }
}

}  // namespace straylane
