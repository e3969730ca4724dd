#include "search/pair_counters.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace straylane {
namespace {

constexpr std::size_t kThreadClasses = 5;
constexpr std::uint64_t kNever = 0;

enum class ThreadClass : std::size_t { kNone, kOne, kSome, kAllButOne, kAll };

ThreadClass class_of(const Settings& settings) {
  if (settings.n_threads == 0) return ThreadClass::kNone;
  if (settings.n_threads == settings.array_size) return ThreadClass::kAll;
  if (settings.n_threads == 1) return ThreadClass::kOne;
  return settings.n_threads == settings.array_size - 1 ? ThreadClass::kAllButOne : ThreadClass::kSome;
}

// FNV-1a (Fowler, Noll, Vo), 64 bits: the same on every machine, so that a corpus means the same everywhere.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
    add_byte(0);
  }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) add_byte(static_cast<std::uint8_t>(number >> shift));
  }
  std::uint64_t value() const { return value_; }

 private:
  void add_byte(std::uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }

  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

std::uint64_t hash_of(const std::optional<Site>& site) {
  Hash hash;
  if (site) {
    hash.add(site->file);
    hash.add(site->function);
    hash.add(site->statement);
    hash.add(site->occurrence);
  }
  return hash.value();
}

void count(std::uint8_t& counter) { counter = static_cast<std::uint8_t>(std::min(counter + 1, 255)); }

}  // namespace

static_assert(kOutcomeCounters == (static_cast<std::size_t>(RunEnd::kRefused) + 1) * kThreadClasses);

void count_run(const Case& c, const Observation& observation, std::span<std::uint8_t, kPairCounters> counters) {
  const ThreadClass threads = c.launches.empty() ? ThreadClass::kNone : class_of(c.launches.back());
  count(counters[static_cast<std::size_t>(observation.end) * kThreadClasses + static_cast<std::size_t>(threads)]);

  const auto count_pair = [&counters](const Hash& pair) {
    count(counters[kOutcomeCounters + pair.value() % (kPairCounters - kOutcomeCounters)]);
  };
  for (const AccessPair& met : observation.access_pairs) {
    if (met.maker != Maker::kOther) continue;
    Hash pair;
    pair.add(met.earlier);
    pair.add(met.later);
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
