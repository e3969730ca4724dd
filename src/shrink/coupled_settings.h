#pragma once

#include <cstdint>
#include <vector>

#include "domain/schema.h"

namespace straylane {

// Settings with one parameter at a smaller ordinal and one of the parameters after it moved along, for failures at
// which parameters depend on each other, such as width == height / 2: with width left where it is no smaller height
// fails.
//
// `place` is a place in the schema's shrink order, as are the parameters after it; `places_end` is the first place that
// may not move. A parameter keeps its difference, its sum, its ratio (rounded down and up) or its product, in values,
// with the one that moves; all of them their difference, or their ratio, at once. With `near` also the smallest values
// of that parameter and those around its present one. Valid settings only, each once, without those in which nothing
// else has moved.
std::vector<Settings> coupled_settings(const Schema& schema, const Settings& now, std::size_t place,
                                       std::int64_t ordinal, std::size_t places_end, bool near);

}  // namespace straylane
