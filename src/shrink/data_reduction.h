#pragma once

#include "shrink/shrink_session.h"

namespace straylane {

// Makes the data of a case (Case::data) smaller while the case fails, in the order of case_size: leaves out parts, from
// all of it down to single bytes, as delta debugging does (Zeller and Hildebrandt, TSE 2002); sets parts to zero;
// lowers single bytes. Costs nothing where there is no data.
//
// `failing` is in recorded form and fails. Its choices are carried over. Never returns a larger case. Uses at most
// `executions_max`.
Case reduce_data(ShrinkSession& session, Case failing, std::uint64_t executions_max);

}  // namespace straylane
