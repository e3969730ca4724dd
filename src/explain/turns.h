#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "domain/observation.h"

namespace straylane {

// A place where a thread hands over to the next one.
struct Hold {
  std::uint32_t turn = 0;   // the turn that ends here
  std::uint32_t place = 0;  // index into Turns::places
  std::uint32_t visit = 0;  // 1-based: how often the thread has then come to this place
};

// A traced run as turns: which thread runs, and where its turn ends. Real threads can carry the schedule out from this:
// a thread that comes to the place where its turn ends lets the next one go on, and waits for its own next turn. If the
// run was given up (deadlock, step limit), these are the turns before that.
struct Turns {
  std::vector<ThreadId> order;                  // the thread that runs in turn 0, 1, ...
  std::vector<Site> places;                     // distinct sites of the holds
  std::map<ThreadId, std::vector<Hold>> holds;  // by thread, in their order; none for a turn that ends with its thread
  // Turns that ended at the beginning of a line (granularity "line"), where a stock interpreter does not hand over.
  // They end at the last place before that where it does; a turn without such a place is left out.
  std::uint32_t moved = 0;
};

// A thread that blocks is held before the call in which it blocks: when its next turn comes, the call does not block
// any more.
//
// Precondition: `observation` is traced.
Turns turns_of(const Observation& observation);

}  // namespace straylane
