#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include "shrink/field_search.h"
#include "shrink/passes.h"

namespace straylane {
namespace {

constexpr std::uint32_t kDrawsPerSettings = 96;  // schedules drawn for settings at which no carried schedule fails
constexpr std::uint32_t kDrawsMax = 4'000;       // of one descent
constexpr std::uint32_t kStepsExpected = 200;

// For parameters that move together, in ordinals:
constexpr std::int64_t kCoupledWindow = 16;   // values just below the present one
constexpr std::int64_t kNearWindow = 8;       // values just below it at which many values of the others are tried
constexpr std::int64_t kCoupledLinear = 64;   // smallest values that are all tried
constexpr std::uint64_t kCoupledMax = 2'048;  // executions of one descent
constexpr std::int64_t kNear = 8;             // smallest values, and values on each side of the present one

using Wide = __int128;  // for products of two values, and for sums

struct Coupled {
  const Schema& schema;
  const Settings& now;
  Settings plain;  // `now` with only the one parameter moved
  std::vector<Settings> found = {};

  // Parameter `i` moves. `others` are the parameters that may move with it.
  std::vector<Settings> all(std::size_t i, std::span<const std::size_t> others, bool near) {
    const Wide from = now[i];
    const Wide to = plain[i];
    std::vector<Settings> together = {plain, plain};
    for (const std::size_t other : others) {
      const Wide was = now[other];
      const Wide same_difference = was - (from - to);
      add(with(plain, other, same_difference));
      add(with(plain, other, was + (from - to)));
      together[0] = with(together[0], other, same_difference);
      if (from != 0) {
        const Wide same_ratio = was * to / from;
        add(with(plain, other, same_ratio));
        add(with(plain, other, (was * to + from - 1) / from));
        together[1] = with(together[1], other, same_ratio);
      }
      if (to != 0) add(with(plain, other, was * from / to));
    }
    for (const Settings& settings : together) add(settings);
    if (near) std::ranges::for_each(others, [this](std::size_t other) { add_near(other); });
    return std::move(found);
  }

  // Adds the smallest values of a parameter, and those around its present one.
  void add_near(std::size_t other) {
    const std::int64_t most = schema.ordinal_max(other, plain);
    const std::int64_t was = std::min(schema.ordinal(other, now[other]), most);
    const auto add_range = [&](std::int64_t first, std::int64_t count) {
      for (std::int64_t i = 0; i < count && i <= most - first; ++i) {
        add(with(plain, other, schema.value_at(other, first + i)));
      }
    };
    add_range(0, kNear);
    add_range(std::max<std::int64_t>(was - kNear, 0), std::min(was, kNear) + kNear + 1);
  }

  // Lowers a value to the bound of another parameter. `add` refuses a value that is out of range for other reasons.
  Settings with(const Settings& settings, std::size_t i, Wide value) const {
    const auto& bound = schema[i].max_is;
    if (bound) value = std::min<Wide>(value, settings[*bound]);
    value = std::clamp<Wide>(value, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    return schema.with(settings, i, static_cast<std::int64_t>(value));
  }

  void add(const Settings& settings) {
    if (settings == plain || settings != schema.clamped(settings)) return;
    if (std::ranges::find(found, settings) == found.end()) found.push_back(settings);
  }
};

// Gives settings in which one parameter moves to a smaller ordinal and others move with it. Some failures make
// parameters depend on each other, such as width == height / 2. If width stayed where it is, no smaller height would
// fail.
//
// `place` is the place of the parameter in the schema's shrink order. The others come after it and before `places_end`.
//   - One other parameter keeps its difference, sum, ratio (rounded down and up) or product with the one that moves.
//   - All others keep their differences, or all keep their ratios.
//   - If `near`, one other parameter also takes its smallest values and those around its present one.
// All settings are valid and different, and in each of them another parameter has moved.
std::vector<Settings> coupled_settings(const Schema& schema, const Settings& now, std::size_t place,
                                       std::int64_t ordinal, std::size_t places_end, bool near) {
  const std::size_t i = schema.shrink_order()[place];
  const auto others = std::span(schema.shrink_order()).first(places_end).subspan(place + 1);
  return Coupled{schema, now, schema.with(now, i, schema.value_at(i, ordinal))}.all(i, others, near);
}

// Applies `rename` to every thread that the choices name, except `m`. The choices lose their sites.
Case renamed(Case c, const std::function<void(ThreadId&)>& rename) {
  for (Choice& choice : choices_of(c)) {
    for (ThreadId* const thread : {&choice.thread, &choice.to}) {
      if (!thread->is_main()) rename(*thread);
    }
    choice.site.reset();
  }
  return c;
}

// Replaces the thread indexes of each launch by their rank among the threads that take part.
Case ranked(const Case& c) {
  std::map<std::int32_t, std::set<std::int32_t>> indexes;
  for (const Choice& choice : choices_of(c)) {
    for (const auto& [launch, index] : {choice.thread, choice.to}) indexes[launch].insert(index);
  }
  return renamed(c, [&](ThreadId& thread) {
    const auto& of_launch = indexes[thread.launch];
    thread.index = static_cast<std::int32_t>(std::distance(of_launch.begin(), of_launch.find(thread.index)));
  });
}

// Removes a call, and renumbers the choices as if each call makes one launch. If calls make more launches, only drawn
// schedules can fail.
Case without_call(const Case& c, std::size_t place) {
  Case smaller = c;
  smaller.calls.erase(smaller.calls.begin() + static_cast<std::ptrdiff_t>(place));
  const auto removed = static_cast<std::int32_t>(place);
  std::erase_if(choices_of(smaller),
                [&](const Choice& choice) { return choice.thread.launch == removed || choice.to.launch == removed; });
  return renamed(std::move(smaller), [&](ThreadId& thread) { thread.launch -= thread.launch > removed ? 1 : 0; });
}

struct Descent {
  ShrinkSession& session;
  Case best;
  bool shape;
  std::int64_t linear_max;
  std::uint32_t draws_left = kDrawsMax;
  std::uint64_t coupled_left = kCoupledMax;

  Case run() {
    do {
      while (plain() && !session.over()) {
      }
    } while (coupled() && !session.over());
    return std::move(best);
  }

  // Lowers every parameter by itself, in all calls at once and then in each call. Gives whether one moved.
  bool plain() {
    bool moved = calls();
    for (std::size_t place = 0; place < places_end(); ++place) {
      const std::size_t i = parameter_at(place);
      if (best.calls.size() > 1) moved |= descend(0, best.calls.size(), i);
      for (std::size_t call = 0; call < best.calls.size(); ++call) moved |= descend(call, call + 1, i);
    }
    return moved;
  }

  const Schema& schema() const { return session.schema(); }
  std::size_t parameter_at(std::size_t place) const { return schema().shrink_order()[place]; }
  // Parameters at this place of the shrink order and after it do not move.
  std::size_t places_end() const { return shape ? schema().size() : schema().shape_begin(); }
  std::int64_t ordinal_of(std::size_t call, std::size_t i) const { return schema().ordinal(i, best.calls[call][i]); }

  bool calls() {
    bool moved = false;
    for (std::size_t i = 0; best.calls.size() > 1 && i < best.calls.size();) {
      const bool taken = take_first({without_call(best, i)}, true);
      moved |= taken;
      i += taken ? 0 : 1;
    }
    return moved;
  }

  // Lowers parameter `i` of the calls first..last-1 to one ordinal, in those calls in which it is larger.
  bool descend(std::size_t first, std::size_t last, std::size_t i) {
    const auto now = [&] {
      std::int64_t most = 0;
      for (std::size_t call = first; call < last; ++call) most = std::max(most, ordinal_of(call, i));
      return most;
    };
    const auto take = [&](const std::vector<std::int64_t>& ordinals) {
      std::vector<Case> candidates;
      for (const std::int64_t ordinal : ordinals) candidates.push_back(with(first, last, i, ordinal));
      return take_first(candidates, true);
    };
    return search_field({.now = now, .take_first = take, .over = [this] { return session.over(); }},
                        {.linear_max = linear_max});
  }

  Case with(std::size_t first, std::size_t last, std::size_t i, std::int64_t ordinal) const {
    Case c = best;
    for (std::size_t call = first; call < last; ++call) {
      if (ordinal_of(call, i) > ordinal) c.calls[call] = schema().with(c.calls[call], i, schema().value_at(i, ordinal));
    }
    return c;
  }

  // Lowers one parameter by any distance and moves another one with it. Draws no schedules. Gives whether the case got
  // smaller.
  bool coupled() {
    bool moved = false;
    for (std::size_t place = 0; place < places_end(); ++place) {
      for (std::size_t call = 0; call < best.calls.size(); ++call) {
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

  // The same just below the present value, with many more values of the others. Only for a failure that needs no
  // schedule, because a carried schedule says too little about other settings.
  bool take_coupled_near(std::size_t call, std::size_t place) {
    if (!choices_of(best).empty()) return false;
    const std::int64_t now = ordinal_of(call, parameter_at(place));
    for (std::int64_t o = std::max<std::int64_t>(0, now - kNearWindow); o < now && !coupled_over(); ++o) {
      if (take_coupled(call, place, {o}, true)) return true;
    }
    return false;
  }

  bool coupled_over() const { return session.over() || coupled_left == 0; }

  bool take_coupled(std::size_t call, std::size_t place, const std::vector<std::int64_t>& ordinals, bool near) {
    std::vector<Case> candidates;
    for (const std::int64_t ordinal : ordinals) {
      for (const Settings& s : coupled_settings(schema(), best.calls[call], place, ordinal, places_end(), near)) {
        candidates.push_back(best);
        candidates.back().calls[call] = s;
      }
    }
    const std::uint64_t before = session.executions();
    const bool taken = take_first(candidates, false);
    coupled_left -= std::min(coupled_left, session.executions() - before);
    return taken;
  }

  // Takes the first candidate at whose settings some schedule fails: a carried one, or a drawn one if `draw`.
  bool take_first(const std::vector<Case>& candidates, bool draw) {
    std::vector<Case> carried;
    std::vector<std::size_t> place;  // the candidate of carried[i]
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      std::vector<Case> variants = {candidates[i]};
      if (!choices_of(candidates[i]).empty()) variants.push_back(ranked(candidates[i]));
      for (Case& variant : variants) {
        if (session.known_to_pass(variant)) continue;
        carried.push_back(std::move(variant));
        place.push_back(i);
      }
    }
    const auto found = session.first_failing(carried);
    if (session.over()) return found && take(found->recorded);
    for (std::size_t i = 0; i < (found ? found->place : carried.size()); ++i) session.remember_passing(carried[i]);
    const std::size_t end = found ? place[found->place] : candidates.size();
    if (draw && !choices_of(best).empty()) {
      for (std::size_t i = 0; i < end; ++i) {
        if (take_drawn(candidates[i])) return true;
      }
    }
    return found && take(found->recorded);
  }

  bool take_drawn(const Case& candidate) {
    Case without_schedule = candidate;
    without_schedule.schedule = DrawnForm{};
    if (draws_left == 0 || session.known_to_pass(without_schedule)) return false;
    std::vector<Case> drawn;
    const std::uint32_t draws = std::min(kDrawsPerSettings, draws_left);
    draws_left -= draws;
    for (std::uint32_t i = 0; i < draws; ++i) {
      drawn.push_back(candidate);
      drawn.back().schedule = DrawnForm{.strategy = i % 4 == 3 ? DrawnStrategy::kPct : DrawnStrategy::kSticky,
                                        .seed = i,
                                        .depth = 3 + i / 4 % 3,
                                        .steps_expected = kStepsExpected};
    }
    const auto found = session.first_failing(drawn);
    if (!found && !session.over()) session.remember_passing(without_schedule);
    return found && take(remove_choices(session, found->recorded));
  }

  bool take(const Case& smaller) {
    if (!session.is_smaller(smaller, best)) return false;
    best = smaller;
    return true;
  }
};

}  // namespace

Case descend_settings(ShrinkSession& session, Case failing, bool shape, std::int64_t linear_max) {
  return Descent{session, std::move(failing), shape, linear_max}.run();
}

}  // namespace straylane
