#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "domain/observation.h"

namespace straylane {

// A traced run as turns: who runs, and where each turn ends. This is what it takes to carry the schedule out with real
// threads: a thread that comes to the place where its turn ends lets the next one go on and waits for its own next
// turn. Of a run that was given up, deadlock or step limit, the turns before that.
struct Hold {
  std::uint32_t turn = 0;   // that ends here
  std::uint32_t place = 0;  // index into Turns::places
  std::uint32_t visit = 0;  // 1-based: how often the thread has then come to this place
};

struct Turns {
  std::vector<ThreadId> order;                  // who runs in turn 0, 1, ...
  std::vector<Site> places;                     // distinct sites of the holds
  std::map<ThreadId, std::vector<Hold>> holds;  // by thread, in their order; a turn that ends with its thread has none
  // Turns that ended at the beginning of a line (granularity "line"), where a stock interpreter does not hand over: they end at the
  // last place before where it does, and one that has none is left out.
  std::uint32_t moved = 0;
};

// `observation` must be traced. A thread that blocks is held before the call it blocks in: when its next turn
// comes the call does not block any more.
Turns turns_of(const Observation& observation);

}  // namespace straylane
