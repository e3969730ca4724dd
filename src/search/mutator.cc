#include "search/mutator.h"

#include <rapidcheck/Random.h>

#include <algorithm>
#include <bit>
#include <set>
#include <utility>
#include <vector>

#include "codec/bytes_codec.h"

namespace straylane {
namespace {

class Source {
 public:
  explicit Source(std::uint64_t seed) : random_(seed) {}

  // 0..bound-1, bound >= 1.
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<__uint128_t>(random_.next()) * bound) >> 64);
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // The same, the lower the likelier.
  std::uint64_t low(std::uint64_t bound) { return std::min(below(bound), below(bound)); }

 private:
  rc::Random random_;
};

// ---- settings

std::vector<std::int64_t> edges(const Settings& settings, std::int64_t Settings::*field) {
  const std::int64_t size = settings.array_size;
  const std::int64_t block = settings.block_size;
  if (field == &Settings::array_size) return {1, 2, 3, block, block + 1, block - 1, 31, 32, 33, 64, 65, 255, 256};
  if (field == &Settings::n_threads) return {0, 1, size, size - 1, 2, size / 2};
  if (field == &Settings::block_size) return {1, 2, 3, size, size - 1, 31, 32, 33, 63, 64};
  return {1, 2, 5, byte_bounds::kBufferSizeMax - 1, byte_bounds::kBufferSizeMax};
}

Settings within_bounds(Settings settings) {
  settings.array_size = std::clamp<std::int64_t>(settings.array_size, 1, byte_bounds::kArraySizeMax);
  settings.buffer_size = std::clamp<std::int64_t>(settings.buffer_size, 1, byte_bounds::kBufferSizeMax);
  settings.n_threads = std::clamp<std::int64_t>(settings.n_threads, 0, settings.array_size);
  settings.block_size = std::clamp<std::int64_t>(settings.block_size, 1, byte_bounds::kBlockSizeMax);
  return settings;
}

constexpr std::int64_t Settings::*kFields[] = {&Settings::array_size, &Settings::n_threads, &Settings::block_size,
                                               &Settings::buffer_size};

// One bit of a setting as bytes have it: towards the equality of a comparison, one step after the other.
void flip_bit(Settings& settings, Source& source) {
  const auto field = kFields[source.below(std::size(kFields))];
  const std::int64_t offset = field == &Settings::n_threads ? 0 : 1;
  const std::int64_t max = field == &Settings::buffer_size  ? byte_bounds::kBufferSizeMax
                           : field == &Settings::block_size ? byte_bounds::kBlockSizeMax
                                                            : byte_bounds::kArraySizeMax;
  const auto bits = static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(max - 1)));
  settings.*field = ((settings.*field - offset) ^ (std::int64_t{1} << source.below(bits))) + offset;
}

void change_setting(Settings& settings, Source& source) {
  const auto field = kFields[source.low(std::size(kFields))];
  switch (source.below(3)) {
    case 0:
      settings.*field += source.one_in(2) ? 1 : -1;
      break;
    case 1:
      flip_bit(settings, source);
      break;
    default: {
      const auto values = edges(settings, field);
      settings.*field = values[source.low(values.size())];
    }
  }
  settings = within_bounds(settings);
}

void change_launches(std::vector<Settings>& launches, Source& source) {
  const std::size_t at = source.below(launches.size());
  const auto place = launches.begin() + static_cast<std::ptrdiff_t>(at);
  if (source.one_in(2) && launches.size() > 1) {
    launches.erase(place);
  } else if (launches.size() < byte_bounds::kLaunchesMax) {
    launches.insert(place, Settings(*place));
  }
}

// ---- search form

// Mostly within one thread's work, now and then far.
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

// A list of its own, as a run with a fixed probability of a switch would have made it.
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
  switch (change) {
    case kSlide:
      p.gap = slid(p.gap, draw_slide(source), 0, byte_bounds::kGapMax);
      break;
    case kSlideAlone: {  // those behind it stay where they are
      const std::uint32_t gap = slid(p.gap, draw_slide(source), 0, byte_bounds::kGapMax);
      const std::int64_t moved = static_cast<std::int64_t>(gap) - p.gap;
      p.gap = gap;
      if (at + 1 < search.size()) search[at + 1].gap = slid(search[at + 1].gap, -moved, 0, byte_bounds::kGapMax);
      break;
    }
    case kDelete:
      search.erase(search.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case kPick:
      p.pick = draw_pick(source);
      break;
    case kGap:
      p.gap = draw_gap(source);
      break;
    case kMove:
      std::swap(p, search[source.below(search.size())]);
      break;
    default:
      search = draw_search(source);
  }
}

// ---- recorded form

ThreadId draw_thread(const std::vector<Settings>& launches, Source& source) {
  if (source.one_in(8)) return ThreadId::main();
  const std::size_t launch = source.below(launches.size());
  const auto threads = static_cast<std::uint64_t>(launches[launch].simulated_threads());
  return {static_cast<std::int32_t>(launch), static_cast<std::int32_t>(source.low(threads))};
}

void keep_first_of_each_yield_point(RecordedForm& recorded) {
  std::set<std::pair<ThreadId, std::uint32_t>> seen;
  std::erase_if(recorded, [&seen](const Choice& c) { return !seen.emplace(c.thread, c.yield).second; });
}

void change_schedule(RecordedForm& recorded, const std::vector<Settings>& launches, Source& source) {
  enum : std::uint64_t { kInsert, kSlide, kDelete, kTo, kThread, kChanges };
  const std::uint64_t change = recorded.empty() ? kInsert : source.below(kChanges);
  if (change == kInsert) {
    if (recorded.size() >= byte_bounds::kEntriesMax) return;
    const auto place = recorded.begin() + static_cast<std::ptrdiff_t>(source.below(recorded.size() + 1));
    const ThreadId thread = draw_thread(launches, source);
    const std::uint32_t yield = draw_gap(source) + 1;
    recorded.insert(place, Choice{thread, yield, draw_thread(launches, source), std::nullopt});
  } else {
    const std::size_t at = source.below(recorded.size());
    Choice& choice = recorded[at];
    if (change == kSlide) choice.yield = slid(choice.yield, draw_slide(source), 1, byte_bounds::kYieldMax);
    if (change == kTo) choice.to = draw_thread(launches, source);
    if (change == kThread) choice.thread = draw_thread(launches, source);
    if (change == kDelete) recorded.erase(recorded.begin() + static_cast<std::ptrdiff_t>(at));
  }
  keep_first_of_each_yield_point(recorded);
}

void change(Case& c, Source& source) {
  const std::uint64_t what = source.below(8);
  if (what == 0) {
    change_launches(c.launches, source);
  } else if (what <= 2) {
    change_setting(c.launches[source.below(c.launches.size())], source);
  } else if (auto* search = std::get_if<SearchForm>(&c.schedule)) {
    change_schedule(*search, source);
  } else if (auto* recorded = std::get_if<RecordedForm>(&c.schedule)) {
    change_schedule(*recorded, c.launches, source);
  }
}

// The front of one list and the end of the other.
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

Case mutate(const Case& c, std::uint64_t seed) {
  Source source(seed);
  Case mutated = c;
  for (std::uint64_t left = 1 + source.low(3); left > 0; --left) change(mutated, source);
  return mutated;
}

Case splice(const Case& a, const Case& b, std::uint64_t seed) {
  Source source(seed);
  Case spliced = a;
  if (source.one_in(2)) spliced.launches = b.launches;
  if (const auto* x = std::get_if<SearchForm>(&a.schedule), *y = std::get_if<SearchForm>(&b.schedule); x && y) {
    spliced.schedule = joined(*x, *y, source);
  } else if (const auto* p = std::get_if<RecordedForm>(&a.schedule), *q = std::get_if<RecordedForm>(&b.schedule);
             p && q) {
    RecordedForm form = joined(*p, *q, source);
    keep_first_of_each_yield_point(form);
    spliced.schedule = std::move(form);
  }
  return spliced;
}

}  // namespace straylane
