#include "shrink/smaller_settings_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "shrink/exhaustive_schedules.h"

namespace straylane {
namespace {

class Proof {
 public:
  Proof(ShrinkSession& session, const Case& failing, std::uint32_t preemptions, std::uint64_t executions_max)
      : session_(session),
        schema_(session.schema()),
        failing_(failing),
        preemptions_(preemptions),
        executions_max_(executions_max) {}

  SmallerSettingsProof run() {
    if (failing_.calls.size() != 1) return stop(fmt::format("{} calls", failing_.calls.size()));
    const Settings& most = failing_.calls.front();
    // Without what bounds of other parameters forbid: at most this many.
    double count = 1;
    for (std::size_t i = 0; i < schema_.size(); ++i) count *= static_cast<double>(schema_.ordinal(i, most[i])) + 1;
    if (count > static_cast<double>(executions_max_)) {
      return stop(fmt::format("about {:.0f} smaller settings, more than {} executions", count, executions_max_));
    }
    for (Settings now = schema_.smallest(); now != most; now = next_after(now, most)) {
      if (schema_.clamped(now) != now) continue;
      ++proof_.result.settings;
      if (!none_fails(now)) return std::move(proof_);
    }
    proof_.result.proven = true;
    return std::move(proof_);
  }

 private:
  SmallerSettingsProof stop(std::string reason) {
    proof_.result.reason = std::move(reason);
    return std::move(proof_);
  }

  // Counts up to `most` as an odometer does: the last parameter of the shrink order is the fastest.
  Settings next_after(Settings now, const Settings& most) const {
    const auto& order = schema_.shrink_order();
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
      if (now[*i] != most[*i]) {
        now[*i] = schema_.value_at(*i, schema_.ordinal(*i, now[*i]) + 1);
        break;
      }
      now[*i] = schema_.value_at(*i, 0);
    }
    return now;
  }

  bool none_fails(const Settings& settings) {
    ExhaustiveSchedules schedules(preemptions_);
    for (;;) {
      const std::uint64_t left = executions_max_ - std::min(executions_max_, proof_.result.cases);
      std::vector<Case> batch;
      for (SearchForm& schedule : schedules.next(std::min<std::uint64_t>(left, ShrinkSession::kBatch))) {
        batch.push_back(failing_);
        batch.back().calls = {settings};
        batch.back().schedule = std::move(schedule);
        batch.back().sites.clear();
      }
      if (batch.empty() && left > 0) return true;
      const auto runs = session_.run(batch, false);
      if (runs.empty()) {
        proof_.result.reason =
            session_.over() ? session_.stopped_by() : fmt::format("more than {} smaller cases", executions_max_);
        return false;
      }
      for (std::size_t i = 0; i < runs.size(); ++i) {
        ++proof_.result.cases;
        if (runs[i].first) {
          proof_.found = as_recorded(batch[i], runs[i].second);
          proof_.result.reason = "a smaller case fails";
          return false;
        }
        schedules.observed(runs[i].second);
      }
    }
  }

  ShrinkSession& session_;
  const Schema& schema_;
  const Case& failing_;
  std::uint32_t preemptions_;
  std::uint64_t executions_max_;
  SmallerSettingsProof proof_;
};

}  // namespace

SmallerSettingsProof prove_no_smaller_settings(ShrinkSession& session, const Case& failing, std::uint32_t preemptions,
                                               std::uint64_t executions_max) {
  return Proof(session, failing, preemptions, executions_max).run();
}

}  // namespace straylane
