#include "targets/worker/wire_results.h"

namespace straylane {
namespace {

void append(std::vector<std::int32_t>& out, ThreadId id) {
  out.push_back(id.is_main() ? -1 : id.launch);
  out.push_back(id.is_main() ? -1 : id.index);
}

}  // namespace

// The numbers of an entry are listed in WireRun.
void fill_wire_results(worker_protocol::WireRun& run, const Interleaver& interleaver, const Strategy& strategy) {
  run.end = interleaver.end();
  run.end_detail = interleaver.end_detail();
  if (const auto refusal = strategy.refusal()) {
    run.end = RunEnd::kRefused;
    run.end_detail = *refusal;
  }
  run.yields = interleaver.yields();
  run.digest = interleaver.digest();
  run.reads_from_digest = interleaver.pairs().reads_from_digest();
  run.event_counts = strategy.event_counts();
  const auto& pairs = interleaver.pairs().pairs();
  run.access_pairs.reserve(4 * pairs.size());
  for (const AccessPair& pair : pairs) {
    run.access_pairs.insert(run.access_pairs.end(), {pair.earlier, pair.later, static_cast<std::uint32_t>(pair.maker),
                                                     static_cast<std::uint32_t>(pair.kind)});
  }
  const SearchFigures figures = strategy.search_figures();
  run.applied = figures.applied;
  run.choice_points_after = figures.choice_points_after;
  run.alternatives = figures.alternatives;
  run.choices.reserve(7 * interleaver.choices().size());
  for (const auto& choice : interleaver.choices()) {
    append(run.choices, interleaver.id_of(choice.thread));
    run.choices.push_back(static_cast<std::int32_t>(choice.yield));
    append(run.choices, interleaver.id_of(choice.to));
    run.choices.push_back(static_cast<std::int32_t>(choice.site));
    run.choices.push_back(choice.preemption ? 1 : 0);
  }
  run.trace.reserve(7 * interleaver.trace().size());
  for (const auto& step : interleaver.trace()) {
    append(run.trace, interleaver.id_of(step.thread));
    run.trace.push_back(static_cast<std::int32_t>(step.site));
    run.trace.push_back(static_cast<std::int32_t>(step.yield));
    run.trace.push_back(static_cast<std::int32_t>(step.kind));
    append(run.trace, interleaver.id_of(step.next));
  }
}

void send_new_sites(worker_protocol::WireRun& run, const SiteTable& table, std::size_t& sent) {
  run.new_sites.assign(table.sites().begin() + static_cast<std::ptrdiff_t>(sent), table.sites().end());
  sent = table.sites().size();
}

}  // namespace straylane
