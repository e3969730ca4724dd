#include "search/pair_counters.h"

#include <algorithm>
#include <map>

#include "domain/hash.h"

namespace straylane {
namespace {

constexpr std::uint64_t kNever = 0;

// Which parameters of the settings stand at which of their edges, hashed into a few classes.
std::size_t class_of(const Settings& settings, const Schema& schema) {
  Hash hash;
  for (std::size_t i = 0; i < std::min(schema.size(), settings.size()); ++i) {
    std::uint64_t at = 0;
    for (const Edge& edge : schema[i].edges) {
      if (settings[i] == schema.edge_value(edge, settings)) break;
      ++at;
    }
    hash.step(at);
  }
  return hash.folded() % kSettingsClasses;
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

  const auto count_pair = [&counters](const Hash& pair) {
    count(counters[kOutcomeCounters + pair.value() % (kPairCounters - kOutcomeCounters)]);
  };
  for (const AccessPair& met : observation.access_pairs) {
    if (met.maker != Maker::kOther) continue;
    Hash pair;
    pair.add(std::uint64_t{met.earlier});
    pair.add(std::uint64_t{met.later});
    pair.add(static_cast<std::uint64_t>(met.kind));
    count_pair(pair);
  }
  if (!observation.access_pairs.empty()) return;

  std::map<ThreadId, std::uint64_t> left_at;
  for (const Choice& choice : observation.choices) {
    const std::uint64_t here = hash_of(choice.site);
    const auto before = left_at.find(choice.to);
    Hash pair;
    pair.add(here);
    pair.add(before == left_at.end() ? kNever : before->second);
    count_pair(pair);
    left_at[choice.thread] = here;
  }
}

}  // namespace straylane
