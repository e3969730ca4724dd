#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/observation.h"
#include "interleave/interleaver.h"

namespace straylane {

// The events of the running case, as a worker sees them: at most Observation::kEventsMax, with texts of at most
// kTextMax bytes. Lifecycle for each run: (1) `begin`, (2) `add` while `wanted`, (3) `take`.
class EventLog {
 public:
  static constexpr std::size_t kTextMax = 120;

  explicit EventLog(const Interleaver& interleaver) : interleaver_(interleaver) {}

  void begin(bool wanted) {
    wanted_ = wanted;
    events_.clear();
  }
  bool wanted() const { return wanted_ && events_.size() < Observation::kEventsMax; }
  // Adds an event of the running thread, now. Returns its place among the events, for set_after.
  std::size_t add(Event::Kind kind, Site site, std::string variable, std::string before, std::string after) {
    events_.push_back({kind, interleaver_.current_id(), static_cast<std::uint32_t>(interleaver_.trace().size()),
                       std::move(site), bounded(std::move(variable)), bounded(std::move(before)),
                       bounded(std::move(after))});
    return events_.size() - 1;
  }
  // Completes an event whose `after` was not known when it was added.
  void set_after(std::size_t place, std::string after) { events_[place].after = bounded(std::move(after)); }
  std::vector<Event> take() { return std::exchange(events_, {}); }

 private:
  // Cuts a text that is too long. UTF-8 stays UTF-8: no character is cut in two.
  static std::string bounded(std::string text) {
    if (text.size() <= kTextMax) return text;
    std::size_t end = kTextMax - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.replace(end, std::string::npos, "...");
  }

  const Interleaver& interleaver_;
  bool wanted_ = false;
  std::vector<Event> events_;
};

}  // namespace straylane
