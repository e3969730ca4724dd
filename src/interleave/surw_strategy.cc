#include <algorithm>
#include <unordered_map>

#include "domain/random_source.h"
#include "interleave/interleaver.h"
#include "interleave/strategy_factory.h"

namespace straylane {
namespace {

// Selectively uniform random walk (Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing", ASPLOS
// 2025, algorithm 2). The events about one subject are the interesting ones, and every order of them is equally likely.
// A thread is drawn, weighted by the interesting events that it still has to make. Until it has made its next one, the
// other threads stop before theirs. Events that are not interesting are free.
//
//   interesting.subject    what is interesting in this run (see subject_of); 0: every event
//   interesting.by_thread  how many such events each thread makes, from earlier runs: `m` first, then the threads in
//                          the order of their start. A thread that has not been started adds to the weight of `m`,
//                          which starts it. Threads beyond the list have weight 1; so have all if the list is empty.
class SurwStrategy final : public Strategy {
 public:
  SurwStrategy(std::uint64_t seed, const EventCounts& interesting)
      : random_(seed), subject_(interesting.subject), left_(interesting.by_thread) {}

  ThreadIndex pick(const ChoicePoint& point) override {
    see_new_threads(point);
    const bool can_run = std::binary_search(point.enabled.begin(), point.enabled.end(), next_);
    if (!has_next_ || !can_run) draw_next(point);
    std::size_t free = 0;
    ThreadIndex picked = next_;
    for (const ThreadIndex thread : point.enabled) {  // evenly among the threads that may go on
      if (thread != next_ && is_interesting(point, thread)) continue;
      if (random_.one_in(++free)) picked = thread;
    }
    count(point, picked);
    if (picked == next_ && is_interesting(point, picked)) {
      const std::size_t place = place_of(picked);
      if (place < left_.size() && left_[place] > 0) --left_[place];
      has_next_ = false;
    }
    return picked;
  }

  // Returns the subjects of this run that at least two threads met: the first kSubjectsMax of them.
  std::vector<EventCounts> event_counts() const override {
    std::vector<EventCounts> shared;
    for (const EventCounts& counts : counted_) {
      const auto zeros = std::count(counts.by_thread.begin(), counts.by_thread.end(), 0U);
      if (std::ssize(counts.by_thread) - zeros >= 2) shared.push_back(counts);
      if (shared.size() == kSubjectsMax) break;
    }
    return shared;
  }

 private:
  static constexpr std::size_t kCountedSubjectsMax = 1'024;
  static constexpr std::size_t kSubjectsMax = 32;  // in `event_counts`

  bool is_interesting(const ChoicePoint& point, ThreadIndex thread) const {
    return subject_ == 0 || subject_of(point.interleaver.next_event(thread)) == subject_;
  }

  std::uint64_t weight_of(ThreadIndex thread) const {
    const std::size_t place = place_of(thread);
    std::uint64_t weight = place < left_.size() ? left_[place] : 1;
    if (thread == kMainIndex) {
      for (std::size_t unborn = started_ + 1; unborn < left_.size(); ++unborn) weight += left_[unborn];
    }
    return weight;
  }

  // Lets a thread that was started while `m` was next, partly on its behalf, become next by its share of the weight.
  void see_new_threads(const ChoicePoint& point) {
    std::size_t highest = 0;
    for (auto thread = point.enabled.rbegin(); thread != point.enabled.rend() && highest == 0; ++thread) {
      highest = place_of(*thread);  // 0 for `m`
    }
    while (started_ < highest) {
      const auto child = static_cast<ThreadIndex>(started_++);
      if (!has_next_ || next_ != kMainIndex) continue;
      const std::uint64_t weight = weight_of(child);
      const std::uint64_t both = weight + weight_of(kMainIndex);
      if (both > 0 && random_.below(both) < weight) next_ = child;
    }
  }

  void draw_next(const ChoicePoint& point) {
    std::uint64_t total = 0;
    for (const ThreadIndex thread : point.enabled) total += weight_of(thread);
    has_next_ = true;
    next_ = point.enabled[random_.below(point.enabled.size())];
    if (total == 0) return;  // the threads made more events than were known of
    std::uint64_t drawn = random_.below(total);
    for (const ThreadIndex thread : point.enabled) {
      const std::uint64_t weight = weight_of(thread);
      if (drawn < weight) {
        next_ = thread;
        return;
      }
      drawn -= weight;
    }
  }

  void count(const ChoicePoint& point, ThreadIndex picked) {
    const std::size_t thread = place_of(picked);
    const std::uint64_t subject = subject_of(point.interleaver.next_event(picked));
    if (thread >= kCountedThreadsMax) return;
    const auto [entry, fresh] = place_.try_emplace(subject, counted_.size());
    if (fresh) {
      if (counted_.size() == kCountedSubjectsMax) {
        place_.erase(entry);
        return;
      }
      counted_.push_back({subject, {}});
    }
    auto& by_thread = counted_[entry->second].by_thread;
    if (thread >= by_thread.size()) by_thread.resize(thread + 1, 0);
    ++by_thread[thread];
  }

  RandomSource random_;
  std::uint64_t subject_;
  std::vector<std::uint32_t> left_;  // interesting events to come, by place_of
  std::size_t started_ = 0;          // threads seen so far
  bool has_next_ = false;
  ThreadIndex next_ = kMainIndex;     // the thread that makes the next interesting event
  std::vector<EventCounts> counted_;  // in the order of their first event
  std::unordered_map<std::uint64_t, std::size_t> place_;
};

}  // namespace

std::unique_ptr<Strategy> make_surw(const DrawnForm& drawn) {
  return std::make_unique<SurwStrategy>(drawn.seed, drawn.interesting);
}

}  // namespace straylane
