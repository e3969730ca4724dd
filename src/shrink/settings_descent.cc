#include "shrink/settings_descent.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "shrink/choice_removal.h"

namespace straylane {
namespace {

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

Case without_launch(const Case& c, std::size_t place) {
  Case smaller = c;
  smaller.launches.erase(smaller.launches.begin() + static_cast<std::ptrdiff_t>(place));
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
      : session_(session), best_(std::move(failing)), options_(options), draws_left_(options.draws_max) {}

  Case run() {
    bool moved = true;
    while (moved && !session_.over()) {
      moved = launches();
      moved |= field(&Settings::array_size, 1);
      moved |= field(&Settings::n_threads, 0);
      moved |= field(&Settings::buffer_size, 1);
      if (options_.block_size) moved |= field(&Settings::block_size, 1);
    }
    return std::move(best_);
  }

 private:
  using Field = std::int64_t Settings::*;

  bool launches() {
    bool moved = false;
    for (std::size_t i = 0; best_.launches.size() > 1 && i < best_.launches.size();) {
      if (take_first({without_launch(best_, i)})) {
        moved = true;
      } else {
        ++i;
      }
    }
    return moved;
  }

  bool field(Field field, std::int64_t min) {
    bool moved = false;
    for (std::size_t i = 0; i < best_.launches.size(); ++i) moved |= descend(i, field, min);
    return moved;
  }

  // One field of one launch.
  bool descend(std::size_t launch, Field field, std::int64_t min) {
    const std::int64_t from = best_.launches[launch].*field;
    const std::int64_t linear_end = std::min(from, min + options_.linear_max);
    for (std::int64_t low = min; low < linear_end; low += ShrinkSession::kBatch) {
      std::vector<Case> candidates;
      const auto high = std::min<std::int64_t>(low + ShrinkSession::kBatch, linear_end);
      for (std::int64_t value = low; value < high; ++value) candidates.push_back(with(launch, field, value));
      if (take_first(candidates)) return true;
    }
    if (linear_end == from) return false;
    return bisect(launch, field, linear_end - 1);
  }

  // `passing` does not fail; the present value does.
  bool bisect(std::size_t launch, Field field, std::int64_t passing) {
    bool moved = false;
    for (std::int64_t value = passing + 1; value < best_.launches[launch].*field; value *= 2) {
      if (take_first({with(launch, field, value)})) {
        moved = true;
        break;
      }
      passing = value;
    }
    while (passing + 1 < best_.launches[launch].*field && !session_.over()) {
      const std::int64_t middle = std::midpoint(passing, best_.launches[launch].*field);
      if (take_first({with(launch, field, middle)})) {
        moved = true;
      } else {
        passing = middle;
      }
    }
    return moved;
  }

  Case with(std::size_t launch, Field field, std::int64_t value) const {
    Case c = best_;
    Settings& settings = c.launches[launch];
    settings.*field = value;
    settings.n_threads = std::min(settings.n_threads, settings.array_size);
    return c;
  }

  // Takes the first candidate, in their order, at whose settings some schedule fails.
  bool take_first(const std::vector<Case>& candidates) {
    std::vector<Case> carried;
    std::vector<std::size_t> place;  // the candidate that carried[i] belongs to
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      std::vector<Case> variants = {candidates[i]};
      if (!choices_of(candidates[i]).empty()) variants.push_back(ranked(candidates[i]));
      for (Case& variant : variants) {
        if (!session_.first_time(variant)) continue;
        carried.push_back(std::move(variant));
        place.push_back(i);
      }
    }
    const auto found = session_.first_failing(carried);
    const std::size_t end = found ? place[found->place] : candidates.size();
    if (!choices_of(best_).empty()) {
      for (std::size_t i = 0; i < end; ++i) {
        if (take_drawn(candidates[i])) return true;
      }
    }
    return found && take(found->recorded);
  }

  bool take_drawn(const Case& candidate) {
    Case without_schedule = candidate;
    without_schedule.schedule = DrawnForm{};
    if (draws_left_ == 0 || !session_.first_time(without_schedule)) return false;
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
    return found && take(remove_choices(session_, found->recorded));
  }

  bool take(const Case& smaller) {
    if (case_size(smaller) >= case_size(best_)) return false;
    best_ = smaller;
    return true;
  }

  ShrinkSession& session_;
  Case best_;
  SettingsDescentOptions options_;
  std::uint32_t draws_left_;
  std::uint32_t steps_expected_ = 200;
};

}  // namespace

Case descend_settings(ShrinkSession& session, Case failing, const SettingsDescentOptions& options) {
  return Descent(session, std::move(failing), options).run();
}

}  // namespace straylane
