#include "hunt/known_causes.h"

#include <algorithm>

#include "explain/order_holds.h"
#include "run/same_bucket.h"

namespace straylane {

CausePlaces cause_places(const NecessaryOrder& order) {
  CausePlaces places;
  if (!order.stopped_early.empty() || !order.enough()) return places;
  for (const NecessaryOrdering& o : order.orderings) {
    for (const Act* act : {&o.first, &o.second}) places.insert(act->place.function + "\n" + act->place.statement);
  }
  return places;
}

bool same_cause(const CausePlaces& a, const CausePlaces& b) {
  return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&b](const auto& place) { return b.contains(place); });
}

bool has_known_cause(const KnownCauses& causes, const Observation& trace) {
  return std::any_of(causes.begin(), causes.end(), [&trace](const auto& cause) { return order_holds_in(cause, trace); });
}

RunMany other_cause_runs(Target& target, const std::string& bucket, KnownCauses causes) {
  RunMany all = same_bucket_runs(target, bucket);
  if (causes.empty()) return all;
  return [all = std::move(all), causes = std::move(causes)](std::span<const Case> cases, bool) {
    auto runs = all(cases, true);
    for (std::size_t i = 0; runs && i < runs->size(); ++i) {
      auto& [fails, observation] = (*runs)[i];
      fails = fails && !has_known_cause(causes, observation);
    }
    return runs;
  };
}

}  // namespace straylane
