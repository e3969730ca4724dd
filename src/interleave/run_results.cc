#include "interleave/run_results.h"

#include <unordered_map>

#include "interleave/list_strategy.h"

namespace straylane {
namespace {

// Sites of the trace are numbered by their first visit, so that traces of different processes compare.
void fill_trace(Observation& observation, const Interleaver& interleaver, const SiteOf& site_of) {
  observation.sites.clear();
  observation.trace.clear();
  observation.trace.reserve(interleaver.trace().size());
  std::unordered_map<std::uint32_t, std::uint32_t> places;
  for (const Interleaver::TracedStep& step : interleaver.trace()) {
    const auto [place, fresh] = places.try_emplace(step.site, static_cast<std::uint32_t>(observation.sites.size()));
    if (fresh) observation.sites.push_back(site_of(step.site));
    observation.trace.push_back(
        {interleaver.id_of(step.thread), place->second, step.yield, step.kind, interleaver.id_of(step.next)});
  }
}

}  // namespace

void fill_run_results(Observation& observation, const Interleaver& interleaver, const Strategy& strategy,
                      const SiteOf& site_of) {
  observation.end = interleaver.end();
  observation.end_detail = interleaver.end_detail();
  observation.choices.clear();
  observation.preemptions = 0;
  for (const Interleaver::RecordedChoice& choice : interleaver.choices()) {
    observation.choices.push_back(
        {interleaver.id_of(choice.thread), choice.yield, interleaver.id_of(choice.to), site_of(choice.site)});
    if (choice.preemption) ++observation.preemptions;
  }
  observation.yields = interleaver.yields();
  observation.trace_digest = interleaver.digest();
  observation.access_pairs = interleaver.pairs().pairs();
  observation.reads_from_digest = interleaver.pairs().reads_from_digest();
  observation.event_counts = strategy.event_counts();
  if (const auto* list = dynamic_cast<const ListStrategy*>(&strategy)) {
    observation.applied = list->applied();
    observation.choice_points_after = list->choice_points_after();
    observation.alternatives = list->alternatives();
  }
  fill_trace(observation, interleaver, site_of);
  if (const auto refusal = strategy.refusal()) {
    observation.end = RunEnd::kRefused;
    observation.end_detail = *refusal;
  }
}

}  // namespace straylane
