#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "domain/observation.h"
#include "domain/random_source.h"
#include "domain/schema.h"

namespace straylane {

// What the surw strategy draws its runs from: one subject that several threads meet, another one in each run, and how
// many events about it each thread makes. The counts come from earlier runs of the same calls and are the largest that
// were seen. Steps of a thread that runs because no other thread can are not counted. Until something is known, every
// event is interesting. Deterministic.
class InterestingEvents {
 public:
  static constexpr std::size_t kCallsMax = 64;  // lists of calls whose counts are kept
  static constexpr std::size_t kSubjectsMax = 256;

  EventCounts next(const std::vector<Settings>& calls, RandomSource& random) const;
  void observed(const std::vector<Settings>& calls, const std::vector<EventCounts>& counts);

 private:
  struct Known {
    std::vector<Settings> calls;
    std::map<std::uint64_t, std::vector<std::uint32_t>> by_subject;
  };

  std::vector<std::uint64_t> subjects_;  // in the order in which they were met
  std::vector<Known> known_;             // the latest last
};

}  // namespace straylane
