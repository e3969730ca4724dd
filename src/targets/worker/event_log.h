#pragma once

#include <string>
#include <vector>

#include "domain/observation.h"
#include "interleave/interleaver.h"

namespace straylane {

// The events of the running case, as a worker's half sees them: at most Observation::kEventsMax, with texts of at most
// kTextMax bytes. One run: (1) `begin`, (2) `add` where `wanted`, (3) `take`.
class EventLog {
 public:
  static constexpr std::size_t kTextMax = 120;

  explicit EventLog(const Interleaver& interleaver) : interleaver_(interleaver) {}

  void begin(bool wanted);
  bool wanted() const { return wanted_ && events_.size() < Observation::kEventsMax; }
  // Of the running thread, now. The place among the events, for what is known only later.
  std::size_t add(Event::Kind kind, Site site, std::string variable, std::string before, std::string after);
  void set_after(std::size_t place, std::string after);
  std::vector<Event> take();

 private:
  const Interleaver& interleaver_;
  bool wanted_ = false;
  std::vector<Event> events_;
};

}  // namespace straylane
