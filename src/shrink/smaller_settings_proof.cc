#include "shrink/smaller_settings_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "shrink/exhaustive_schedules.h"

namespace straylane {
namespace {

class Proof {
 public:
  Proof(ShrinkSession& session, const Case& failing, std::uint32_t preemptions, std::uint64_t executions_max)
      : session_(session), failing_(failing), preemptions_(preemptions), executions_max_(executions_max) {}

  SmallerSettingsProof run() {
    if (failing_.launches.size() != 1) return stop(fmt::format("{} launches", failing_.launches.size()));
    const Settings& most = failing_.launches.front();
    // n_threads from 0 to array_size, but no more than that of the case: at most this many, at least half of them.
    const auto count = static_cast<double>(most.array_size) * static_cast<double>(most.n_threads + 1) *
                       static_cast<double>(most.buffer_size) * static_cast<double>(most.block_size);
    if (count > static_cast<double>(executions_max_)) {
      return stop(fmt::format("about {:.0f} smaller settings, more than {} executions", count, executions_max_));
    }
    Settings now{.array_size = 1, .buffer_size = 1, .n_threads = 0, .block_size = 1};
    for (now.array_size = 1; now.array_size <= most.array_size; ++now.array_size) {
      for (now.n_threads = 0; now.n_threads <= std::min(most.n_threads, now.array_size); ++now.n_threads) {
        for (now.buffer_size = 1; now.buffer_size <= most.buffer_size; ++now.buffer_size) {
          for (now.block_size = 1; now.block_size <= most.block_size; ++now.block_size) {
            if (now == most) continue;
            ++proof_.settings;
            if (!none_fails(now)) return std::move(proof_);
          }
        }
      }
    }
    proof_.proven = true;
    return std::move(proof_);
  }

 private:
  SmallerSettingsProof stop(std::string reason) {
    proof_.reason = std::move(reason);
    return std::move(proof_);
  }

  bool none_fails(const Settings& settings) {
    ExhaustiveSchedules schedules(preemptions_);
    for (;;) {
      const std::uint64_t left = executions_max_ - std::min(executions_max_, proof_.cases);
      std::vector<Case> batch;
      for (SearchForm& schedule : schedules.next(std::min<std::uint64_t>(left, ShrinkSession::kBatch))) {
        batch.push_back(failing_);
        batch.back().launches = {settings};
        batch.back().schedule = std::move(schedule);
        batch.back().sites.clear();
      }
      if (batch.empty() && left > 0) return true;
      const auto runs = session_.run(batch, false);
      if (runs.empty()) {
        proof_.reason =
            session_.over() ? session_.stopped_by() : fmt::format("more than {} smaller cases", executions_max_);
        return false;
      }
      for (std::size_t i = 0; i < runs.size(); ++i) {
        ++proof_.cases;
        if (runs[i].first) {
          proof_.found = as_recorded(batch[i], runs[i].second);
          proof_.reason = "a smaller case fails";
          return false;
        }
        schedules.observed(runs[i].second);
      }
    }
  }

  ShrinkSession& session_;
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
