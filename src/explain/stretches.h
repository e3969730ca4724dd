#pragma once

#include <map>
#include <utility>
#include <vector>

#include "domain/explanation.h"
#include "domain/observation.h"

namespace straylane {

// A traced run cut into stretches, with names for what they do. A stretch is what one thread did from one of its yield
// points to its next. The trace must outlive this object.
class Stretches {
 public:
  explicit Stretches(const Observation& trace);

  // The stretch that begins where the step was recorded. Its thread may go on only some steps later.
  const Stretch& at_step(std::size_t step) const { return stretches_[step]; }
  // The steps at which the stretches of a thread begin, ascending. No stretch begins at the last one if the thread
  // ended.
  const std::vector<std::size_t>& steps_of(ThreadId thread) const;
  const std::map<ThreadId, std::vector<std::size_t>>& by_thread() const { return by_thread_; }

  // The steps whose stretches ran, in the order in which they began.
  std::vector<std::size_t> in_order() const;

  // What a stretch does: the last value it was seen to change, else the last it was seen to read, with the statement.
  // If no value was seen, the call after which the stretch ends, else the statement at which it begins.
  Act act(std::size_t step) const;
  // The acts of two stretches, named by a variable that both touch. If one changes a variable that the other was not
  // seen to touch, the other act says which value the variable has by then.
  std::pair<Act, Act> pair_of_acts(std::size_t first, std::size_t second) const;

 private:
  std::size_t end_of(std::size_t step) const;
  std::vector<const Event*> events_in(std::size_t step) const;
  Act plain_act(std::size_t step) const;
  Act act_with(std::size_t step, const Event& event) const;
  Act act_beside(std::size_t step, const Event& event) const;

  const Observation& trace_;
  std::vector<Stretch> stretches_;  // by step
  std::map<ThreadId, std::vector<std::size_t>> by_thread_;
};

}  // namespace straylane
