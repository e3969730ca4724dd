#pragma once

#include <rapidcheck/Gen.h>

#include <cstdint>

#include "domain/case.h"

namespace straylane {

// Generators of cases that find bugs early. Settings are small, weighted towards the edges of the schema and their
// neighbours, and within the values that bytes can hold. RapidCheck's size is ignored, so the weights are the same for
// all cases. A schema must outlive the generators that are made from it.

// Draws settings. The role of a parameter decides how its value is drawn. Inputs are small and often at an edge, or
// near the parameter that bounds them. `build` is small, because each value costs a build. `shape` mostly has its usual
// value.
rc::Gen<Settings> settings_generator(const Schema& schema);

// Draws a case with one call, sometimes two or three. Target, program and granularity are the defaults. A schedule is a
// list of 0 to 8 preemptions, or the sticky or the pct strategy draws it while the case runs. The expected steps are a
// guess from 100..1600; a search that has run a case of that size knows better. If the schema takes data, there are up
// to 64 bytes of it.
rc::Gen<Case> case_generator(const Schema& schema);

// A restriction on the first call of a case: one parameter is at, or beside, one of its edges.
struct Stratum {
  std::size_t parameter = 0;  // place in the schema; the schema's size for a free draw
  std::size_t edge = 0;       // place among the parameter's edges
  std::int64_t beside = 0;    // -1, 0 or 1: at the edge, or one ordinal beside it

  bool operator==(const Stratum&) const = default;
};
// The strata of a schema: each edge of each parameter that can be met. If the edge names a parameter, its two
// neighbours are strata too.
std::vector<Stratum> strata_of(const Schema& schema);
// Whether a value that bytes can hold can be at an edge of parameter `i`, or `beside` it. An edge that is out of reach
// has no stratum and no class.
bool can_be_at(const Schema& schema, std::size_t i, const Edge& edge, std::int64_t beside);
// The stratum of the index-th case. Every second case is free, and the others take the strata in turn. So any
// 2 * strata_of(schema).size() consecutive cases have all strata.
Stratum stratum_of(const Schema& schema, std::uint64_t index);
rc::Gen<Case> case_generator(const Schema& schema, const Stratum& stratum);

// Draws the case of a seed without RapidCheck's runner. It is the same on every machine.
Case draw_case(const Schema& schema, std::uint64_t seed);

// Draws the index-th case, from 0, of the sequence of a seed. The case has the stratum of its index.
Case draw_case(const Schema& schema, std::uint64_t seed, std::uint64_t index);

}  // namespace straylane
