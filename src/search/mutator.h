#pragma once

#include <cstdint>

#include "domain/case.h"

namespace straylane {

// Mutation of cases as typed values, for fuzzing engines: what a change of bytes seldom does in one step. Both need
// cases within the byte domain (codec/bytes_codec.h) and give one; both are pure: the same seed gives the same case.

// A neighbour of `c`, one to three small changes away: a setting to one of its edges or beside it, one up or down, or
// with one bit of its ordinal flipped; a call more or less; where the schema takes data, a byte changed, inserted or
// left out; a preemption inserted, deleted, moved to another place of the list, slid in time (with or without those
// after it), given to another thread; now and then a whole new list. The recorded form stays one and changes alike.
Case mutate(const Case& c, const Schema& schema, std::uint64_t seed);

// The calls and data of one of the two, and a schedule of both: the front of one and the end of the other. Where their
// forms differ, the schedule of `a`.
Case splice(const Case& a, const Case& b, std::uint64_t seed);

}  // namespace straylane
