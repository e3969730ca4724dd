#include "shrink/choice_removal.h"

#include <algorithm>

namespace straylane {
namespace {

Case without(const Case& c, std::size_t from, std::size_t to) {
  Case smaller = c;
  auto& choices = std::get<RecordedForm>(smaller.schedule);
  choices.erase(choices.begin() + static_cast<std::ptrdiff_t>(from), choices.begin() + static_cast<std::ptrdiff_t>(to));
  return smaller;
}

std::size_t count(const Case& c) { return std::get<RecordedForm>(c.schedule).size(); }

// The thread of choice `from` goes straight on to where choice `to` leads.
Case bypassed(const Case& c, std::size_t from, std::size_t to) {
  Case shorter = c;
  auto& choices = std::get<RecordedForm>(shorter.schedule);
  choices[from].to = choices[to].to;
  choices.erase(choices.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                choices.begin() + static_cast<std::ptrdiff_t>(to) + 1);
  return shorter;
}

}  // namespace

Case bypass_choices(ShrinkSession& session, Case failing) {
  for (bool shorter = true; shorter && !session.over();) {
    shorter = false;
    std::vector<Case> bypasses;  // the longest first
    for (std::size_t length = count(failing); length-- > 1;) {
      for (std::size_t from = 0; from + length < count(failing); ++from) {
        bypasses.push_back(bypassed(failing, from, from + length));
      }
    }
    const auto found = session.first_failing(bypasses);
    if (!found || session.size_of(found->recorded) >= session.size_of(failing)) break;
    failing = found->recorded;
    shorter = true;
  }
  return failing;
}

Case remove_choices(ShrinkSession& session, Case failing) {
  std::size_t parts = 1;  // the first complement is the empty schedule
  while (count(failing) > 0 && !session.over()) {
    const std::size_t size = count(failing);
    parts = std::min(parts, size);
    const std::size_t length = (size + parts - 1) / parts;
    std::vector<Case> complements;
    for (std::size_t from = 0; from < size; from += length) {
      complements.push_back(without(failing, from, std::min(from + length, size)));
    }
    const auto found = session.first_failing(complements);
    // A choice that is left out can let others take effect that did not before: the run must be smaller, not the wish.
    if (found && session.size_of(found->recorded) < session.size_of(failing)) {
      failing = found->recorded;
      parts = std::max<std::size_t>(parts - 1, 2);
    } else if (parts >= size) {
      break;
    } else {
      parts *= 2;
    }
  }
  return failing;
}

}  // namespace straylane
