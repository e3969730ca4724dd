#pragma once

#include <cstdint>
#include <vector>

#include "domain/settings.h"

namespace straylane {

// Settings with one field at a smaller `value` and one of the fields behind it moved along, for failures at which
// fields hang together, such as n_threads == array_size / 2: with n_threads left where it is no smaller array_size
// fails.
//
// `field` is a place in kSettingsFields. A field behind it keeps its difference, its sum, its ratio (rounded down and
// up) or its product with the one that moves; all fields behind it their difference, or their ratio, at once. With
// `near` also the smallest values of that field and those around its present one. Valid settings only, each once,
// without those in which nothing else has moved. `block_size`: whether it may move.
std::vector<Settings> coupled_settings(const Settings& now, std::size_t field, std::int64_t value, bool block_size,
                                       bool near);

}  // namespace straylane
