#include "search/mutator.h"

#include <rapidcheck/Random.h>

#include <algorithm>
#include <bit>

#include "codec/bytes_codec.h"
#include "codec/repeated_choices.h"

namespace straylane {
namespace {

// Bytes of data. The other half is for the rest of the case.
constexpr std::size_t kDataMax = byte_bounds::kEngineInputMax / 2;

class Source {
 public:
  explicit Source(std::uint64_t seed) : random_(seed) {}

  // 0..bound-1. Precondition: bound >= 1.
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<__uint128_t>(random_.next()) * bound) >> 64);
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // The same, but lower numbers are likelier.
  std::uint64_t low(std::uint64_t bound) { return std::min(below(bound), below(bound)); }

 private:
  rc::Random random_;
};

// ---- settings

// Adds `ordinal` and those of its neighbours that exist.
void add_beside(std::vector<std::int64_t>& ordinals, std::int64_t ordinal, std::int64_t most) {
  ordinal = std::min(ordinal, most);
  ordinals.push_back(ordinal);
  if (ordinal > 0) ordinals.push_back(ordinal - 1);
  if (ordinal < most) ordinals.push_back(ordinal + 1);
}

// The ordinals at which parameter `i` tends to matter, the likeliest first: its smallest values, its edges, the values
// of parameters that have it as an edge, its largest value, and the neighbours of all of these.
std::vector<std::int64_t> edges(const Schema& schema, const Settings& settings, std::size_t i) {
  const std::int64_t most = schema.byte_ordinal_max(i, settings);
  const auto ordinal_of = [&](std::int64_t value) {
    const Parameter& p = schema[i];
    return schema.ordinal(i, p.values.empty() ? std::clamp(value, p.min, p.min + most) : value);
  };
  std::vector<std::int64_t> ordinals = {0};
  if (most > 1) add_beside(ordinals, 2, most);  // 2, 1 and 3: programs fail at these more often than at others
  for (const Edge& edge : schema[i].edges) add_beside(ordinals, ordinal_of(schema.edge_value(edge, settings)), most);
  for (std::size_t later = i + 1; later < schema.size(); ++later) {
    const auto& others = schema[later].edges;
    const bool names_it = std::ranges::find(others, std::optional(i), &Edge::parameter) != others.end();
    if (names_it) add_beside(ordinals, ordinal_of(settings[later]), most);
  }
  add_beside(ordinals, most, most);
  ordinals.push_back(most / 2);
  return ordinals;
}

// An ordinal of parameter `i` near its present one. Flipping one bit at a time reaches the equality of a comparison.
std::int64_t changed_ordinal(const Schema& schema, const Settings& settings, std::size_t i, Source& source) {
  const std::int64_t now = schema.ordinal(i, settings[i]);
  const std::int64_t most = schema.byte_ordinal_max(i, settings);
  switch (source.below(3)) {
    case 0:
      if (source.one_in(2)) return now < most ? now + 1 : now;
      return now - 1;
    case 1: {
      const auto bits = static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(most)));
      return bits == 0 ? now : now ^ (std::int64_t{1} << source.below(bits));
    }
    default: {
      const auto ordinals = edges(schema, settings, i);
      return ordinals[source.low(ordinals.size())];
    }
  }
}

// Draws any parameter, but less often one that needs another build.
std::size_t draw_parameter(const Schema& schema, Source& source) {
  std::size_t i = source.below(schema.size());
  if (schema[i].role == Role::kBuild && !source.one_in(4)) i = source.below(schema.size());
  return i;
}

void change_setting(Settings& settings, const Schema& schema, Source& source) {
  if (schema.size() == 0) return;
  const std::size_t i = draw_parameter(schema, source);
  const std::int64_t most = schema.byte_ordinal_max(i, settings);
  const std::int64_t ordinal = std::clamp<std::int64_t>(changed_ordinal(schema, settings, i, source), 0, most);
  settings = schema.with(settings, i, schema.value_at(i, ordinal));
}

void change_calls(std::vector<Settings>& calls, Source& source) {
  const auto place = calls.begin() + static_cast<std::ptrdiff_t>(source.below(calls.size()));
  if (source.one_in(2) && calls.size() > 1) {
    calls.erase(place);
  } else if (calls.size() < byte_bounds::kCallsMax) {
    calls.insert(place, Settings(*place));
  }
}

// ---- data

void change_data(std::vector<std::uint8_t>& data, Source& source) {
  enum : std::uint64_t { kInsert, kDelete, kBit, kByte, kChanges };
  const std::uint64_t change = data.empty() ? kInsert : source.below(kChanges);
  const auto byte = static_cast<std::uint8_t>(source.below(256));
  if (change == kInsert) {
    const auto place = data.begin() + static_cast<std::ptrdiff_t>(source.below(data.size() + 1));
    if (data.size() < kDataMax) data.insert(place, byte);
    return;
  }
  const auto place = data.begin() + static_cast<std::ptrdiff_t>(source.below(data.size()));
  if (change == kDelete) data.erase(place);
  if (change == kBit) *place ^= static_cast<std::uint8_t>(1U << source.below(8));
  if (change == kByte) *place = byte;
}

// ---- search form

// Mostly within one thread's work, and sometimes far beyond.
std::uint32_t draw_gap(Source& source) {
  constexpr std::uint64_t kReach[] = {16, 16, 128, 1024};
  return static_cast<std::uint32_t>(source.below(kReach[source.low(std::size(kReach))]));
}

std::uint32_t draw_pick(Source& source) {
  constexpr std::uint64_t kReach[] = {2, 4, 32, byte_bounds::kPickMax + 1};
  return static_cast<std::uint32_t>(source.below(kReach[source.low(std::size(kReach))]));
}

std::uint32_t slid(std::uint32_t value, std::int64_t by, std::uint32_t min, std::uint32_t max) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value + by, min, max));
}

std::int64_t draw_slide(Source& source) {
  const std::int64_t by = static_cast<std::int64_t>(source.low(8)) + 1;
  return source.one_in(2) ? by : -by;
}

// A new list, as a run with a fixed probability of a switch would have made it.
SearchForm draw_search(Source& source) {
  SearchForm search(source.below(17));
  const std::uint64_t reach = 2 + source.below(62);
  for (Preemption& p : search) p = {static_cast<std::uint32_t>(source.low(reach)), draw_pick(source)};
  return search;
}

void change_schedule(SearchForm& search, Source& source) {
  enum : std::uint64_t { kInsert, kInsertToo, kSlide, kSlideAlone, kDelete, kPick, kGap, kMove, kRedraw, kChanges };
  const std::uint64_t change = search.empty() ? kInsert : source.below(kChanges);
  if (change == kInsert || change == kInsertToo) {
    if (search.size() >= byte_bounds::kEntriesMax) return;
    const auto place = search.begin() + static_cast<std::ptrdiff_t>(source.below(search.size() + 1));
    search.insert(place, {draw_gap(source), draw_pick(source)});
    return;
  }
  const std::size_t at = source.below(search.size());
  Preemption& p = search[at];
  if (change == kSlide || change == kSlideAlone) {
    const std::int64_t before = p.gap;
    p.gap = slid(p.gap, draw_slide(source), 0, byte_bounds::kGapMax);
    if (change == kSlideAlone && at + 1 < search.size()) {  // the preemptions after it stay where they are
      search[at + 1].gap = slid(search[at + 1].gap, before - p.gap, 0, byte_bounds::kGapMax);
    }
  }
  if (change == kPick) p.pick = draw_pick(source);
  if (change == kGap) p.gap = draw_gap(source);
  if (change == kMove) std::swap(p, search[source.below(search.size())]);
  if (change == kDelete) search.erase(search.begin() + static_cast<std::ptrdiff_t>(at));
  if (change == kRedraw) search = draw_search(source);
}

// ---- recorded form

// Mostly one of the threads that the choices name, or the next one. Only a run shows how many threads there are.
ThreadId draw_thread(const RecordedForm& recorded, std::size_t calls, Source& source) {
  if (source.one_in(8)) return ThreadId::main();
  constexpr std::uint64_t kReach[] = {2, 4, 32, 256};
  std::uint64_t reach = kReach[source.low(std::size(kReach))];
  if (!source.one_in(4)) {
    for (const Choice& c : recorded) {
      for (const ThreadId t : {c.thread, c.to}) {
        if (!t.is_main()) reach = std::max<std::uint64_t>(reach, static_cast<std::uint64_t>(t.index) + 2);
      }
    }
  }
  reach = std::min<std::uint64_t>(reach, byte_bounds::kThreadIndexMax);
  return {static_cast<std::int32_t>(source.below(calls)), static_cast<std::int32_t>(source.low(reach))};
}

void change_schedule(RecordedForm& recorded, std::size_t calls, Source& source) {
  enum : std::uint64_t { kInsert, kSlide, kDelete, kTo, kThread, kChanges };
  const std::uint64_t change = recorded.empty() ? kInsert : source.below(kChanges);
  if (change == kInsert) {
    if (recorded.size() >= byte_bounds::kEntriesMax) return;
    const auto place = recorded.begin() + static_cast<std::ptrdiff_t>(source.below(recorded.size() + 1));
    const ThreadId thread = draw_thread(recorded, calls, source);
    const std::uint32_t yield = draw_gap(source) + 1;
    recorded.insert(place, Choice{thread, yield, draw_thread(recorded, calls, source), std::nullopt});
  } else {
    const std::size_t at = source.below(recorded.size());
    Choice& choice = recorded[at];
    if (change == kSlide) choice.yield = slid(choice.yield, draw_slide(source), 1, byte_bounds::kYieldMax);
    if (change == kTo) choice.to = draw_thread(recorded, calls, source);
    if (change == kThread) choice.thread = draw_thread(recorded, calls, source);
    if (change == kDelete) recorded.erase(recorded.begin() + static_cast<std::ptrdiff_t>(at));
  }
  erase_repeated_choices(recorded);
}

void change(Case& c, const Schema& schema, Source& source) {
  if (schema.takes_data() && source.one_in(3)) return change_data(c.data, source);
  const std::uint64_t what = source.below(8);
  if (what == 0) {
    change_calls(c.calls, source);
  } else if (what <= 2) {
    change_setting(c.calls[source.below(c.calls.size())], schema, source);
  } else if (auto* search = std::get_if<SearchForm>(&c.schedule)) {
    change_schedule(*search, source);
  } else if (auto* recorded = std::get_if<RecordedForm>(&c.schedule)) {
    change_schedule(*recorded, c.calls.size(), source);
  }
}

// Joins the front of one list and the end of another.
template <class Form>
Form joined(const Form& front, const Form& end, Source& source) {
  const auto until = static_cast<std::ptrdiff_t>(source.below(front.size() + 1));
  const auto from = static_cast<std::ptrdiff_t>(source.below(end.size() + 1));
  Form form(front.begin(), front.begin() + until);
  form.insert(form.end(), end.begin() + from, end.end());
  if (form.size() > byte_bounds::kEntriesMax) form.resize(byte_bounds::kEntriesMax);
  return form;
}

}  // namespace

Case mutate(const Case& c, const Schema& schema, std::uint64_t seed) {
  Source source(seed);
  Case mutated = c;
  for (std::uint64_t left = 1 + source.low(3); left > 0; --left) change(mutated, schema, source);
  return mutated;
}

Case splice(const Case& a, const Case& b, std::uint64_t seed) {
  Source source(seed);
  Case spliced = a;
  if (source.one_in(2)) {
    spliced.calls = b.calls;
    spliced.data = b.data;
  }
  if (const auto *x = std::get_if<SearchForm>(&a.schedule), *y = std::get_if<SearchForm>(&b.schedule); x && y) {
    spliced.schedule = joined(*x, *y, source);
  } else if (const auto* p = std::get_if<RecordedForm>(&a.schedule), *q = std::get_if<RecordedForm>(&b.schedule);
             p && q) {
    RecordedForm form = joined(*p, *q, source);
    erase_repeated_choices(form);
    spliced.schedule = std::move(form);
  }
  return spliced;
}

}  // namespace straylane
