#include "shrink/sliding.h"

#include <algorithm>
#include <span>

namespace straylane {
namespace {

constexpr std::uint32_t kPlacesMax = 128;  // tried from the first yield point on, per choice

// The same choice at earlier yield points, earliest first.
std::vector<Case> earlier(const Case& c, std::size_t place) {
  std::vector<Case> cases;
  const std::uint32_t yield = std::get<RecordedForm>(c.schedule)[place].yield;
  for (std::uint32_t k = 1; k < std::min(yield, kPlacesMax); ++k) {
    cases.push_back(c);
    Choice& choice = std::get<RecordedForm>(cases.back().schedule)[place];
    choice.yield = k;
    choice.site.reset();
  }
  return cases;
}

}  // namespace

Case slide_choices(ShrinkSession& session, Case failing, std::uint32_t preemptions) {
  bool moved = true;
  while (moved && !session.over()) {
    moved = false;
    for (std::size_t i = 0; i < std::get<RecordedForm>(failing.schedule).size(); ++i) {
      const std::vector<Case> places = earlier(failing, i);
      for (std::span<const Case> left = places; !left.empty();) {
        const auto found = session.first_failing(left);
        if (!found || session.size_of(found->recorded) >= session.size_of(failing)) break;
        left = left.subspan(found->place + 1);
        if (found->preemptions > preemptions) continue;  // where its thread ended, nobody was preempted
        failing = found->recorded;
        moved = true;
        break;
      }
    }
  }
  return failing;
}

}  // namespace straylane
