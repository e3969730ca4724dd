#include "targets/worker/event_log.h"

#include <utility>

namespace straylane {
namespace {

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Texts are UTF-8, and stay so.
std::string bounded(std::string text) {
  if (text.size() <= EventLog::kTextMax) return text;
  std::size_t end = EventLog::kTextMax - 3;
  while (end > 0 && continues_a_character(text[end])) --end;
  text.resize(end);
  return text + "...";
}

}  // namespace

void EventLog::begin(bool wanted) {
  wanted_ = wanted;
  events_.clear();
}

std::size_t EventLog::add(Event::Kind kind, Site site, std::string variable, std::string before, std::string after) {
  events_.push_back({kind, interleaver_.current_id(), static_cast<std::uint32_t>(interleaver_.trace().size()),
                     std::move(site), bounded(std::move(variable)), bounded(std::move(before)),
                     bounded(std::move(after))});
  return events_.size() - 1;
}

void EventLog::set_after(std::size_t place, std::string after) { events_[place].after = bounded(std::move(after)); }

std::vector<Event> EventLog::take() { return std::exchange(events_, {}); }

}  // namespace straylane
