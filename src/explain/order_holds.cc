#include "explain/order_holds.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "explain/stretches.h"

namespace straylane {
namespace {

using SiteKey = std::tuple<std::string, std::string, std::string, std::uint32_t>;  // lines may differ

SiteKey key_of(const Site& site) { return {site.file, site.function, site.statement, site.occurrence}; }

// When a thread's stretches at one site ran, as places in the order of all.
struct Ran {
  std::size_t first = std::numeric_limits<std::size_t>::max();
  std::size_t last = 0;
};

class Parts {
 public:
  Parts(const NecessaryOrder& order, const Observation& trace) : order_(order) {
    const Stretches stretches(trace);
    std::size_t place = 0;
    for (const std::size_t step : stretches.in_order()) {
      const Stretch& stretch = stretches.at_step(step);
      Ran& ran = ran_[{stretch.thread, key_of(stretch.site)}];
      ran.first = std::min(ran.first, place);
      ran.last = place++;
    }
    for (const auto& [thread, steps] : stretches.by_thread()) threads_.push_back(thread);
    for (const NecessaryOrdering& o : order.orderings) {
      for (const ThreadId part : {o.first.stretch.thread, o.second.stretch.thread}) {
        if (std::find(parts_.begin(), parts_.end(), part) == parts_.end()) parts_.push_back(part);
      }
    }
  }

  std::size_t count() const { return parts_.size(); }

  // Whether the parts from `next` on can be given to threads that have none.
  bool can_be_taken(std::size_t next = 0) {
    if (next == parts_.size()) return true;
    for (const ThreadId thread : threads_) {
      const bool taken = std::any_of(taken_.begin(), taken_.end(), [&](const auto& t) { return t.second == thread; });
      if (taken || thread.is_main() != parts_[next].is_main()) continue;
      taken_[parts_[next]] = thread;
      if (holds_so_far() && can_be_taken(next + 1)) return true;
      taken_.erase(parts_[next]);
    }
    return false;
  }

 private:
  const Ran* ran_of(const Stretch& stretch) const {
    const auto thread = taken_.find(stretch.thread);
    if (thread == taken_.end()) return nullptr;
    const auto ran = ran_.find({thread->second, key_of(stretch.site)});
    static constexpr Ran kNever;
    return ran == ran_.end() ? &kNever : &ran->second;
  }

  // The orderings both ends of which have a thread.
  bool holds_so_far() const {
    return std::all_of(order_.orderings.begin(), order_.orderings.end(), [this](const NecessaryOrdering& o) {
      const Ran* first = ran_of(o.first.stretch);
      const Ran* second = ran_of(o.second.stretch);
      return first == nullptr || second == nullptr || first->first < second->last;
    });
  }

  const NecessaryOrder& order_;
  std::map<std::pair<ThreadId, SiteKey>, Ran> ran_;
  std::vector<ThreadId> threads_;
  std::vector<ThreadId> parts_;          // the threads of the orderings
  std::map<ThreadId, ThreadId> taken_;   // by part: who takes it
};

}  // namespace

bool order_holds_in(const NecessaryOrder& order, const Observation& trace) {
  Parts parts(order, trace);
  return parts.count() > kPartsMax || parts.can_be_taken();
}

}  // namespace straylane
