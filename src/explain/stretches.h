#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/explanation.h"
#include "domain/observation.h"

namespace straylane {

// A traced run cut into stretches: what each thread did from one of its yield points to its next, and how to name that.
// The trace must outlive it.
class Stretches {
 public:
  explicit Stretches(const Observation& trace);

  // The stretch that begins where the step was recorded, which may be some steps before its thread goes on.
  const Stretch& at_step(std::size_t step) const { return stretches_[step]; }
  // Steps of a thread, ascending: the begins of its stretches. The last one begins none where the thread has ended.
  const std::vector<std::size_t>& steps_of(ThreadId thread) const;
  const std::map<ThreadId, std::vector<std::size_t>>& by_thread() const { return by_thread_; }

  // The step of the same thread that ends the stretch which begins at `step`; none where nothing follows.
  std::optional<std::size_t> end_of(std::size_t step) const;

  // The steps whose stretches ran, in the order in which they began.
  std::vector<std::size_t> in_order() const;

  // What a stretch does: the last value it was seen to change, else to read, with the statement; where no value was
  // seen, the call that it ends after, else the statement that it begins at.
  Act act(std::size_t step) const;
  // The acts of two, named by what both touch: where one of them changes a variable and the other is not seen to touch it, what
  // that variable is by then.
  std::pair<Act, Act> pair_of_acts(std::size_t first, std::size_t second) const;

 private:
  std::vector<const Event*> events_in(std::size_t step) const;
  Act plain_act(std::size_t step) const;
  Act act_with(std::size_t step, const Event& event) const;
  std::string value_at(const std::string& variable, std::size_t step) const;

  const Observation& trace_;
  std::vector<Stretch> stretches_;  // by step
  std::map<ThreadId, std::vector<std::size_t>> by_thread_;
};

}  // namespace straylane
