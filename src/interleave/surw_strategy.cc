#include "interleave/surw_strategy.h"

#include <algorithm>
#include <numeric>

#include "interleave/interleaver.h"

namespace straylane {
namespace {

constexpr std::size_t kCountedSubjectsMax = 1'024;

std::size_t place_of(ThreadIndex thread) { return static_cast<ThreadIndex>(thread + 1); }  // `m` first

}  // namespace

bool SurwStrategy::is_interesting(const ChoicePoint& point, ThreadIndex thread) const {
  return subject_ == 0 || subject_of(point.interleaver.next_event(thread)) == subject_;
}

std::uint64_t SurwStrategy::weight_of(ThreadIndex thread) const {
  const std::size_t place = place_of(thread);
  std::uint64_t weight = place < left_.size() ? left_[place] : 1;
  if (thread == kMainIndex) {
    for (std::size_t unborn = started_ + 1; unborn < left_.size(); ++unborn) weight += left_[unborn];
  }
  return weight;
}

// A thread that was started while `m` had the turn for it, too, takes the turn over with its part of the weight.
void SurwStrategy::see_new_threads(const ChoicePoint& point) {
  std::size_t highest = 0;
  for (auto thread = point.enabled.rbegin(); thread != point.enabled.rend(); ++thread) {
    if (*thread == kMainIndex) continue;
    highest = *thread + 1;
    break;
  }
  while (started_ < highest) {
    const auto child = static_cast<ThreadIndex>(started_++);
    if (!has_next_ || next_ != kMainIndex) continue;
    const std::uint64_t weight = weight_of(child);
    const std::uint64_t both = weight + weight_of(kMainIndex);
    if (both > 0 && random_.below(both) < weight) next_ = child;
  }
}

void SurwStrategy::draw_next(const ChoicePoint& point) {
  std::uint64_t total = 0;
  for (const ThreadIndex thread : point.enabled) total += weight_of(thread);
  has_next_ = true;
  next_ = point.enabled[random_.below(point.enabled.size())];
  if (total == 0) return;  // more events than were known of
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

ThreadIndex SurwStrategy::pick(const ChoicePoint& point) {
  see_new_threads(point);
  const bool can_run = std::binary_search(point.enabled.begin(), point.enabled.end(), next_);
  if (!has_next_ || !can_run) draw_next(point);
  std::size_t free = 0;
  ThreadIndex picked = next_;
  for (const ThreadIndex thread : point.enabled) {  // evenly among those that may go on
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

void SurwStrategy::count(const ChoicePoint& point, ThreadIndex picked) {
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

std::vector<EventCounts> SurwStrategy::event_counts() const {
  std::vector<EventCounts> shared;
  for (const Subject& subject : counted_) {
    const auto zeros = std::count(subject.by_thread.begin(), subject.by_thread.end(), 0U);
    if (std::ssize(subject.by_thread) - zeros >= 2) shared.push_back({subject.subject, subject.by_thread});
    if (shared.size() == kSubjectsMax) break;
  }
  return shared;
}

}  // namespace straylane
