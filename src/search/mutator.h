#pragma once

#include <cstdint>

#include "domain/case.h"

namespace straylane {

// Mutates cases as typed values, for fuzzing engines. A change of bytes seldom makes such a step at once. Both
// functions are pure: the same seed gives the same case. Both give cases that bytes can hold.
//
// Precondition: bytes can hold the given cases (codec/bytes_codec.h).

// Gives a neighbour of `c`, one to three small changes away. A change is one of these:
//   - a setting moves to or beside one of its edges, moves up or down by one, or has one bit of its ordinal flipped;
//   - a call is added or removed;
//   - if the schema takes data, a byte is changed, inserted or removed;
//   - a preemption is inserted, deleted, moved to another place of the list, slid in time with or without those after
//     it, or given to another thread;
//   - now and then, the list of preemptions is drawn anew.
// A recorded form stays a recorded form and changes in the same ways.
Case mutate(const Case& c, const Schema& schema, std::uint64_t seed);

// Combines two cases: the calls and data of one of them, and a schedule made of the front of one and the end of the
// other. If their forms differ, the schedule is that of `a`.
Case splice(const Case& a, const Case& b, std::uint64_t seed);

}  // namespace straylane
