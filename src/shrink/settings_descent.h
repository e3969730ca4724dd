#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

struct SettingsDescentOptions {
  bool shape = false;                     // parameters of the role `shape` descend too, last
  std::uint32_t draws_per_settings = 96;  // schedules drawn for settings at which no carried one fails
  std::uint32_t draws_max = 4'000;        // of one descent
  std::int64_t linear_max = 2'048;        // values of a parameter tried one by one from its smallest
  std::uint64_t coupled_max = 2'048;      // executions for parameters that move together, of one descent
};

// The smallest settings at which the case fails, in the order of case_size: calls are left out, then every parameter by
// itself (field_search.h) in the schema's shrink order, until none moves; then parameters that depend on each other
// (coupled_settings.h), and all over again where that helped. A parameter that another one bounds follows it down.
//
// Other settings make other runs, so a recorded schedule may not carry over. Tried for each: the same choices; the
// same with thread indexes replaced by their rank among those that take part; and where neither fails, drawn schedules
// (sticky and pct). A case that needs no choices is tried without any and nothing is drawn for it.
//
// `failing` is in recorded form and fails. Never returns a larger case; its schedule may have more choices where its
// settings are smaller.
Case descend_settings(ShrinkSession& session, Case failing, const SettingsDescentOptions& options);

}  // namespace straylane
