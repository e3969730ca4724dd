#include "explain/stretches.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {
namespace {

// A write counts as a change even if it writes the value that was there.
bool changes(const Event& event) {
  return event.kind == Event::Kind::kWrite || (event.kind == Event::Kind::kAtomic && event.before != event.after);
}

}  // namespace

Stretches::Stretches(const Observation& trace) : trace_(trace) {
  std::map<std::pair<ThreadId, std::uint32_t>, std::uint32_t> visits;
  stretches_.reserve(trace.trace.size());
  for (const Step& step : trace.trace) {
    by_thread_[step.thread].push_back(stretches_.size());
    stretches_.push_back({step.thread, trace.sites[step.site], ++visits[{step.thread, step.site}]});
  }
}

const std::vector<std::size_t>& Stretches::steps_of(ThreadId thread) const {
  static const std::vector<std::size_t> none;
  const auto found = by_thread_.find(thread);
  return found == by_thread_.end() ? none : found->second;
}

// The step of the same thread at which the stretch ends; the length of the trace if the thread has no later step.
std::size_t Stretches::end_of(std::size_t step) const {
  const auto& steps = steps_of(stretches_[step].thread);
  const auto next = std::upper_bound(steps.begin(), steps.end(), step);
  return next == steps.end() ? trace_.trace.size() : *next;
}

// A thread stands at its step until a step chooses it: the same one if it goes on, else the first later one.
std::vector<std::size_t> Stretches::in_order() const {
  std::vector<std::size_t> order;
  std::map<ThreadId, std::size_t> standing_at;
  for (std::size_t i = 0; i < trace_.trace.size(); ++i) {
    standing_at[trace_.trace[i].thread] = i;
    const auto chosen = standing_at.find(trace_.trace[i].next);
    if (chosen == standing_at.end()) continue;
    order.push_back(chosen->second);
    standing_at.erase(chosen);
  }
  return order;
}

// The thread's own events that were recorded after the step that begins the stretch and before the one that ends it.
std::vector<const Event*> Stretches::events_in(std::size_t step) const {
  const std::size_t end = end_of(step);
  std::vector<const Event*> events;
  for (const Event& event : trace_.events) {
    if (event.kind == Event::Kind::kBarrier || event.thread != stretches_[step].thread) continue;
    if (event.step > step && event.step <= end) events.push_back(&event);
  }
  return events;
}

Act Stretches::plain_act(std::size_t step) const {
  const std::size_t end = end_of(step);
  const bool names_end = end < stretches_.size() && stretches_[end].site.kind == "call";
  return {stretches_[step], stretches_[names_end ? end : step].site, ""};
}

Act Stretches::act_with(std::size_t step, const Event& event) const {
  return {stretches_[step], event.site, describe(event)};
}

Act Stretches::act(std::size_t step) const {
  const auto events = events_in(step);
  const auto last = std::find_if(events.rbegin(), events.rend(), [](const Event* e) { return changes(*e); });
  if (last != events.rend()) return act_with(step, **last);
  return events.empty() ? plain_act(step) : act_with(step, *events.back());
}

// The act of a stretch that was not seen to touch the event's variable, with the value of the variable at that time.
// The value is taken from the last event on it before the stretch ends, or else from the first one after it.
Act Stretches::act_beside(std::size_t step, const Event& event) const {
  const std::size_t end = end_of(step);
  std::string value;
  for (const Event& other : trace_.events) {
    if (other.kind == Event::Kind::kBarrier || other.variable != event.variable) continue;
    if (other.step > end) {
      if (value.empty()) value = other.kind == Event::Kind::kRead ? other.after : other.before;
      break;
    }
    value = other.after;
  }
  Act act = plain_act(step);
  if (!value.empty()) act.note = fmt::format("{} is {}", event.variable, value);
  return act;
}

std::pair<Act, Act> Stretches::pair_of_acts(std::size_t first, std::size_t second) const {
  const auto of_first = events_in(first);
  const auto of_second = events_in(second);
  for (const Event* a : of_first) {
    for (const Event* b : of_second) {
      // An atomic access that changed nothing may be a write of the same value.
      const bool one_writes = a->kind != Event::Kind::kRead || b->kind != Event::Kind::kRead;
      if (a->variable == b->variable && one_writes) return {act_with(first, *a), act_with(second, *b)};
    }
  }
  for (const Event* a : of_first) {
    if (changes(*a)) return {act_with(first, *a), act_beside(second, *a)};
  }
  for (const Event* b : of_second) {
    if (changes(*b)) return {act_beside(first, *b), act_with(second, *b)};
  }
  return {plain_act(first), plain_act(second)};
}

}  // namespace straylane
