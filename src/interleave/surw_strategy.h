#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "domain/random_source.h"
#include "domain/schedule.h"
#include "interleave/strategy.h"

namespace straylane {

// Selectively uniform random walk (Zhao, Wolff, Mathur, Roychoudhury, "Selectively Uniform Concurrency Testing",
// ASPLOS 2025, algorithm 2): of the events about one subject, the interesting ones, every order is equally likely. A
// thread is drawn with a weight of the interesting events that it still has before it; until it has made its next one,
// the others stop before theirs, and all are free in what is not interesting.
//
//   interesting.subject    what is interesting in this run (interleave/pending_event.h: subject_of); 0: every event
//   interesting.by_thread  how many such events each thread makes, `m` first, then threads as they are started; from
//                          earlier runs. Threads that have not been started weigh with `m`, which starts them. Beyond
//                          the list, and where it is empty, threads weigh alike.
class SurwStrategy final : public Strategy {
 public:
  static constexpr std::size_t kSubjectsMax = 32;  // in `event_counts`

  SurwStrategy(std::uint64_t seed, const EventCounts& interesting)
      : random_(seed), subject_(interesting.subject), left_(interesting.by_thread) {}
  ThreadIndex pick(const ChoicePoint& point) override;
  // Of this run: the subjects that at least two threads met, the first kSubjectsMax of them.
  std::vector<EventCounts> event_counts() const override;

 private:
  bool is_interesting(const ChoicePoint& point, ThreadIndex thread) const;
  std::uint64_t weight_of(ThreadIndex thread) const;
  void see_new_threads(const ChoicePoint& point);
  void draw_next(const ChoicePoint& point);
  void count(const ChoicePoint& point, ThreadIndex picked);

  RandomSource random_;
  std::uint64_t subject_;
  std::vector<std::uint32_t> left_;  // interesting events to come, by thread + 1, `m` first
  std::size_t started_ = 0;          // threads seen so far
  bool has_next_ = false;
  ThreadIndex next_ = kMainIndex;  // who makes the next interesting event

  struct Subject {
    std::uint64_t subject;
    std::vector<std::uint32_t> by_thread;
  };
  std::vector<Subject> counted_;  // in the order of their first event
  std::unordered_map<std::uint64_t, std::size_t> place_;
};

}  // namespace straylane
