#include "shrink/settings_descent.h"

#include <algorithm>
#include <map>
#include <set>

#include "shrink/choice_removal.h"
#include "shrink/coupled_settings.h"
#include "shrink/field_search.h"

namespace straylane {
namespace {

// For parameters that move together, in ordinals:
constexpr std::int64_t kCoupledWindow = 16;  // values close below the present one
constexpr std::int64_t kNearWindow = 8;      // of them those at which many values of the others are tried
constexpr std::int64_t kCoupledLinear = 64;  // smallest values that are all tried

RecordedForm& choices_of(Case& c) { return std::get<RecordedForm>(c.schedule); }
const RecordedForm& choices_of(const Case& c) { return std::get<RecordedForm>(c.schedule); }

// Thread indexes of each launch replaced by their rank among those that take part.
Case ranked(const Case& c) {
  std::map<std::int32_t, std::set<std::int32_t>> indexes;
  for (const Choice& choice : choices_of(c)) {
    indexes[choice.thread.launch].insert(choice.thread.index);
    indexes[choice.to.launch].insert(choice.to.index);
  }
  const auto rename = [&](ThreadId& thread) {
    if (thread.is_main()) return;
    const auto& of_launch = indexes[thread.launch];
    thread.index = static_cast<std::int32_t>(std::distance(of_launch.begin(), of_launch.find(thread.index)));
  };
  Case renamed = c;
  for (Choice& choice : choices_of(renamed)) {
    rename(choice.thread);
    rename(choice.to);
    choice.site.reset();
  }
  return renamed;
}

// The choices as they are where each call makes one launch. Where calls make more, the drawn schedules have to do.
Case without_call(const Case& c, std::size_t place) {
  Case smaller = c;
  smaller.calls.erase(smaller.calls.begin() + static_cast<std::ptrdiff_t>(place));
  const auto removed = static_cast<std::int32_t>(place);
  std::erase_if(choices_of(smaller),
                [&](const Choice& choice) { return choice.thread.launch == removed || choice.to.launch == removed; });
  const auto renumber = [&](ThreadId& thread) {
    if (!thread.is_main() && thread.launch > removed) --thread.launch;
  };
  for (Choice& choice : choices_of(smaller)) {
    renumber(choice.thread);
    renumber(choice.to);
    choice.site.reset();
  }
  return smaller;
}

class Descent {
 public:
  Descent(ShrinkSession& session, Case failing, const SettingsDescentOptions& options)
      : session_(session),
        best_(std::move(failing)),
        options_(options),
        draws_left_(options.draws_max),
        coupled_left_(options.coupled_max) {}

  Case run() {
    do {
      while (plain() && !session_.over()) {
      }
    } while (coupled() && !session_.over());
    return std::move(best_);
  }

 private:
  // Every parameter by itself, of all calls at once and then of each. Whether one moved.
  bool plain() {
    bool moved = calls();
    for (std::size_t place = 0; place < places_end(); ++place) {
      const std::size_t i = parameter_at(place);
      if (best_.calls.size() > 1) moved |= descend(0, best_.calls.size(), i);
      for (std::size_t call = 0; call < best_.calls.size(); ++call) moved |= descend(call, call + 1, i);
    }
    return moved;
  }

  const Schema& schema() const { return session_.schema(); }
  std::size_t parameter_at(std::size_t place) const { return schema().shrink_order()[place]; }
  // The places of the schema's shrink order that may move are those before this one.
  std::size_t places_end() const { return options_.shape ? schema().size() : schema().shape_begin(); }
  std::int64_t ordinal_of(std::size_t call, std::size_t i) const { return schema().ordinal(i, best_.calls[call][i]); }

  bool calls() {
    bool moved = false;
    for (std::size_t i = 0; best_.calls.size() > 1 && i < best_.calls.size();) {
      if (take_first({without_call(best_, i)}, true)) {
        moved = true;
      } else {
        ++i;
      }
    }
    return moved;
  }

  // Parameter `i` of the calls first..last-1: down to the same ordinal, where it is above that.
  bool descend(std::size_t first, std::size_t last, std::size_t i) {
    const FieldUnderSearch under_search{.now =
                                            [&] {
                                              std::int64_t most = 0;
                                              for (std::size_t call = first; call < last; ++call)
                                                most = std::max(most, ordinal_of(call, i));
                                              return most;
                                            },
                                        .take_first =
                                            [&](const std::vector<std::int64_t>& ordinals) {
                                              std::vector<Case> candidates;
                                              for (const std::int64_t ordinal : ordinals)
                                                candidates.push_back(with(first, last, i, ordinal));
                                              return take_first(candidates, true);
                                            },
                                        .over = [&] { return session_.over(); }};
    return search_field(under_search, {.linear_max = options_.linear_max});
  }

  Case with(std::size_t first, std::size_t last, std::size_t i, std::int64_t ordinal) const {
    Case c = best_;
    for (std::size_t call = first; call < last; ++call) {
      if (ordinal_of(call, i) > ordinal) c.calls[call] = schema().with(c.calls[call], i, schema().value_at(i, ordinal));
    }
    return c;
  }

  // One parameter smaller, one after it moved along, at any distance. No schedules are drawn. Whether the case got
  // smaller.
  bool coupled() {
    bool moved = false;
    for (std::size_t place = 0; place < places_end(); ++place) {
      for (std::size_t call = 0; call < best_.calls.size(); ++call) {
        const FieldUnderSearch under_search{
            .now = [&] { return ordinal_of(call, parameter_at(place)); },
            .take_first = [&](const auto& ordinals) { return take_coupled(call, place, ordinals, false); },
            .over = [this] { return coupled_over(); }};
        moved |= search_field(under_search, {.linear_max = kCoupledLinear, .window = kCoupledWindow});
        while (!coupled_over() && take_coupled_near(call, place)) moved = true;
      }
    }
    return moved;
  }

  // The same close below the present value, with many more values of the others. Only where the failure needs no
  // schedule: a carried one says too little at other settings.
  bool take_coupled_near(std::size_t call, std::size_t place) {
    if (!choices_of(best_).empty()) return false;
    const std::int64_t now = ordinal_of(call, parameter_at(place));
    for (std::int64_t o = std::max<std::int64_t>(0, now - kNearWindow); o < now && !coupled_over(); ++o) {
      if (take_coupled(call, place, {o}, true)) return true;
    }
    return false;
  }

  bool coupled_over() const { return session_.over() || coupled_left_ == 0; }

  bool take_coupled(std::size_t call, std::size_t place, const std::vector<std::int64_t>& ordinals, bool near) {
    std::vector<Case> candidates;
    for (const std::int64_t ordinal : ordinals) {
      for (const Settings& s : coupled_settings(schema(), best_.calls[call], place, ordinal, places_end(), near)) {
        candidates.push_back(best_);
        candidates.back().calls[call] = s;
      }
    }
    const std::uint64_t before = session_.executions();
    const bool taken = take_first(candidates, false);
    coupled_left_ -= std::min(coupled_left_, session_.executions() - before);
    return taken;
  }

  // Takes the first candidate, in their order, at whose settings some schedule fails: those that are carried over, and
  // drawn ones where `draw`.
  bool take_first(const std::vector<Case>& candidates, bool draw) {
    std::vector<Case> carried;
    std::vector<std::size_t> place;  // the candidate that carried[i] belongs to
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      std::vector<Case> variants = {candidates[i]};
      if (!choices_of(candidates[i]).empty()) variants.push_back(ranked(candidates[i]));
      for (Case& variant : variants) {
        if (session_.known_to_pass(variant)) continue;
        carried.push_back(std::move(variant));
        place.push_back(i);
      }
    }
    const auto found = session_.first_failing(carried);
    if (session_.over()) return found && take(found->recorded);
    for (std::size_t i = 0; i < (found ? found->place : carried.size()); ++i) session_.remember_passing(carried[i]);
    const std::size_t end = found ? place[found->place] : candidates.size();
    if (draw && !choices_of(best_).empty()) {
      for (std::size_t i = 0; i < end; ++i) {
        if (take_drawn(candidates[i])) return true;
      }
    }
    return found && take(found->recorded);
  }

  bool take_drawn(const Case& candidate) {
    Case without_schedule = candidate;
    without_schedule.schedule = DrawnForm{};
    if (draws_left_ == 0 || session_.known_to_pass(without_schedule)) return false;
    std::vector<Case> drawn;
    const std::uint32_t draws = std::min(options_.draws_per_settings, draws_left_);
    draws_left_ -= draws;
    for (std::uint32_t i = 0; i < draws; ++i) {
      drawn.push_back(candidate);
      drawn.back().schedule = DrawnForm{.strategy = i % 4 == 3 ? DrawnStrategy::kPct : DrawnStrategy::kSticky,
                                        .seed = i,
                                        .depth = 3 + i / 4 % 3,
                                        .steps_expected = steps_expected_};
    }
    const auto found = session_.first_failing(drawn);
    if (!found && !session_.over()) session_.remember_passing(without_schedule);
    return found && take(remove_choices(session_, found->recorded));
  }

  bool take(const Case& smaller) {
    if (session_.size_of(smaller) >= session_.size_of(best_)) return false;
    best_ = smaller;
    return true;
  }

  ShrinkSession& session_;
  Case best_;
  SettingsDescentOptions options_;
  std::uint32_t draws_left_;
  std::uint64_t coupled_left_;  // executions
  std::uint32_t steps_expected_ = 200;
};

}  // namespace

Case descend_settings(ShrinkSession& session, Case failing, const SettingsDescentOptions& options) {
  return Descent(session, std::move(failing), options).run();
}

}  // namespace straylane
