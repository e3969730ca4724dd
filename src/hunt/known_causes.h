#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/explanation.h"
#include "run/run_case.h"
#include "shrink/shrink_session.h"

namespace straylane {

// The places (function and statement) that a failure's necessary orderings are between; empty where those are not known.
//
// Two failures of one bucket, which have oracle and message in common, are taken for one cause where they have a place in
// common: one mistake is met by several orders of the same few statements. Two mistakes at the same statements are not
// told apart. Nor is anything where the orderings are not known.
using CausePlaces = std::set<std::string>;
CausePlaces cause_places(const NecessaryOrder& order);
bool same_cause(const CausePlaces& a, const CausePlaces& b);

// Orderings that are known to make cases of one bucket fail.
using KnownCauses = std::vector<NecessaryOrder>;

// Whether one of them holds in a run (explain/order_holds.h). `trace` must be traced.
bool has_known_cause(const KnownCauses& causes, const Observation& trace);

// same_bucket_runs (run/same_bucket.h) that take a run with one of `causes` for one that does not fail, so that what
// shrinks another cause stays with it. With causes every run is traced. An explanation needs no such thing: it begins
// with the orderings of its run, and would count the absence of the other causes among them.
RunMany other_cause_runs(Target& target, const std::string& bucket, KnownCauses causes);

}  // namespace straylane
