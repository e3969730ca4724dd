#pragma once

#include <cstdint>

#include "domain/case.h"

namespace straylane {

// Mutation of cases as typed values, for fuzzing engines: what a change of bytes seldom does in one step. Both need
// cases within the byte domain (codec/bytes_codec.h) and give one; both are pure: the same seed gives the same case.

// A neighbour of `c`, one to three small changes away: a setting to one of its edges, one up or down, or with one bit
// flipped; a launch more or less; a preemption inserted, deleted, moved to another place of the list, slid in time
// (with or without those behind it), given to another thread; now and then a whole new list. The recorded form stays
// one and changes alike.
Case mutate(const Case& c, std::uint64_t seed);

// The launches of one of the two, and a schedule of both: the front of one and the end of the other. Of two different
// forms it takes that of `a` whole.
Case splice(const Case& a, const Case& b, std::uint64_t seed);

}  // namespace straylane
