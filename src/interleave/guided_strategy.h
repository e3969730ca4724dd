#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/guide.h"
#include "interleave/strategy.h"
#include "interleave/strategy_factory.h"

namespace straylane {

// Holds another strategy to a guide (domain/guide.h). That one is asked only after the prefix, and offered only the
// threads that no ordering holds back. It sees every yield point, also those without a choice: visits are counted.
class GuidedStrategy final : public Strategy {
 public:
  GuidedStrategy(std::unique_ptr<Strategy> inner, const Guide& guide, const SiteNumber& site_number);
  ThreadIndex pick(const ChoicePoint& point) override;
  bool sees_forced_steps() const override { return true; }
  std::optional<std::string> refusal() const override;

 private:
  using Place = std::pair<ThreadId, std::uint32_t>;  // thread and site, or its yield point
  struct Watched {
    std::uint32_t visit = 0;
    std::size_t ordering = 0;
    bool first = false;  // which end of it
  };

  void arrive(const ChoicePoint& point);
  bool held_back(ThreadId thread) const;
  ThreadIndex pick_allowed(const ChoicePoint& point);

  std::unique_ptr<Strategy> inner_;
  std::uint64_t prefix_yields_;
  std::map<Place, ThreadId> prefix_;
  std::map<Place, std::vector<Watched>> watched_;  // by thread and site
  std::map<Place, std::uint32_t> visits_;
  std::vector<bool> over_;                                 // by ordering: its first stretch
  std::map<ThreadId, std::vector<Watched>> standing_at_;   // ends of orderings that begin where a thread stands
  std::vector<ThreadIndex> allowed_;
  std::optional<std::string> refusal_;
};

// `strategy` under `guide`, or itself where that is empty.
std::unique_ptr<Strategy> guided(std::unique_ptr<Strategy> strategy, const Guide& guide, const SiteNumber& site_number);

}  // namespace straylane
