#include "shrink/shrink_session.h"

#include <algorithm>

#include "domain/hash.h"

namespace straylane {

Case as_recorded(Case c, const Observation& observation) {
  c.schedule = observation.choices;
  if (!observation.sites.empty()) c.sites = observation.sites;
  return c;
}

CaseSize ShrinkSession::key_of(const Case& c) const {
  constexpr std::size_t kKeyDataMax = 64;  // bytes of data that a key holds
  CaseSize key = size_of(c);
  if (key.data.size() <= kKeyDataMax) return key;
  Hash hash;
  hash.add(std::string_view(reinterpret_cast<const char*>(c.data.data()), c.data.size()));
  key.data.clear();
  key.schedule.push_back(hash.value());
  return key;
}

std::vector<std::pair<bool, Observation>> ShrinkSession::run(std::span<const Case> cases, bool trace) {
  if (cases.empty() || over()) return {};
  executions_ += cases.size();
  passes_[pass_].executions += cases.size();
  auto runs = run_(cases, trace);
  if (runs && runs->size() != cases.size()) {
    runs = make_error(ErrorCode::kInternal, "the shrinker got another number of runs than it asked for");
  }
  if (!runs) {
    interrupted_ = runs.error().code == ErrorCode::kInterrupted;
    if (!interrupted_) error_ = runs.error();
    return {};
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& [fails, observation] = (*runs)[i];
    passes_[pass_].yields += observation.yields;
    if (trace && fails) preemptions_[key_of(as_recorded(cases[i], observation))] = observation.preemptions;
  }
  return std::move(*runs);
}

std::optional<ShrinkSession::Found> ShrinkSession::first_failing(std::span<const Case> cases) {
  std::size_t batch = kFirstBatch;
  for (std::size_t from = 0; from < cases.size(); from += batch, batch = std::min(2 * batch, kBatch)) {
    const auto part = cases.subspan(from, std::min(batch, cases.size() - from));
    const auto runs = run(part, false);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (!runs[i].first) continue;
      const Observation& observation = runs[i].second;
      Found found{from + i, as_recorded(part[i], observation), observation.preemptions};
      preemptions_[key_of(found.recorded)] = observation.preemptions;
      return found;
    }
  }
  return std::nullopt;
}

std::string ShrinkSession::stopped_by() const {
  if (interrupted_) return "interrupted";
  if (executions_ >= executions_max_) return "executions_max reached";
  return out_of_time() ? "out of time" : "";
}

std::optional<std::uint32_t> ShrinkSession::preemptions_of(const Case& c) const {
  const auto found = preemptions_.find(key_of(c));
  return found == preemptions_.end() ? std::nullopt : std::optional(found->second);
}

void ShrinkSession::begin_pass(const std::string& pass) {
  const auto found = std::ranges::find(passes_, pass, &PassCount::pass);
  pass_ = static_cast<std::size_t>(found - passes_.begin());
  if (found == passes_.end()) passes_.push_back({pass});
}

}  // namespace straylane
