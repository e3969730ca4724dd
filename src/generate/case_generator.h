#pragma once

#include <rapidcheck/Gen.h>

#include <cstdint>

#include "domain/case.h"

namespace straylane {

// Generators of cases that find bugs early: small settings, weighted towards the edges of the schema and their
// neighbours, within the values that bytes have. RapidCheck's size is ignored: the weights are the same for the first
// case as for the last. A schema must outlive the generators that are made from it.

// How a parameter is drawn follows from its role: inputs small and often at an edge, or near the parameter that bounds
// them; `build` small, since each value costs a build; `shape` mostly usual.
rc::Gen<Settings> settings_generator(const Schema& schema);

// One call mostly, up to three. Target, program and granularity are the defaults. Schedules are lists of up to 8
// preemptions (the empty list included), or are drawn by the sticky or the pct strategy while the case runs. Expected
// steps are a guess from 100..1600: a search that has run a case of the size knows better. Data, where the schema takes
// it, is up to 64 bytes.
rc::Gen<Case> case_generator(const Schema& schema);

// What the first call of a case is made to be.
struct Stratum {
  std::size_t parameter = 0;  // place in the schema; the schema's size for a free draw
  std::size_t edge = 0;       // place among the parameter's edges
  std::int64_t beside = 0;    // -1, 0 or 1: at the edge, or one ordinal beside it

  bool operator==(const Stratum&) const = default;
};
// The strata of a schema: each edge of each parameter, and its two neighbours where the edge names a parameter, as far
// as they can be met.
std::vector<Stratum> strata_of(const Schema& schema);
// Whether a value that bytes have can be at an edge of parameter `i`, or `beside` it. An edge that lies out of reach
// has no stratum and no class.
bool can_be_at(const Schema& schema, std::size_t i, const Edge& edge, std::int64_t beside);
// Every second case is free; the others take the strata in turn, so that any 2 * strata_of(schema).size() neighbours
// have all of them.
Stratum stratum_of(const Schema& schema, std::uint64_t index);
rc::Gen<Case> case_generator(const Schema& schema, const Stratum& stratum);

// The case of a seed, without RapidCheck's runner; the same on every machine.
Case draw_case(const Schema& schema, std::uint64_t seed);

// The index-th case (from 0) of the sequence that a seed stands for, from its stratum.
Case draw_case(const Schema& schema, std::uint64_t seed, std::uint64_t index);

}  // namespace straylane
