#include <algorithm>

#include "shrink/field_search.h"
#include "shrink/passes.h"

namespace straylane {
namespace {

using Data = std::vector<std::uint8_t>;
using Edit = void (*)(Data&, Data::iterator from, Data::iterator to);

constexpr std::size_t kBatchBytesMax = std::size_t{8} << 20;  // of all copies of the data in one batch

struct DataReduction {
  ShrinkSession& session;
  Case best;
  std::uint64_t end;  // of session.executions()

  Case run() {
    each_part([](Data& data, auto from, auto to) { data.erase(from, to); });
    each_part([](Data&, auto from, auto to) { std::fill(from, to, 0); });
    for (std::size_t i = 0; i < best.data.size(); ++i) lower(i);
    return std::move(best);
  }

  bool over() const { return session.over() || session.executions() >= end; }

  // Edits parts of one length in their order, then parts of half that length, and so on.
  void each_part(Edit edit) {
    for (std::size_t length = best.data.size(); length > 0; length /= 2) {
      std::size_t from = 0;
      while (from < best.data.size() && !over()) from = next_part(edit, from, length);
    }
  }

  // Tries the parts from `from` on, up to the first that can be edited. Gives the place at which to go on.
  std::size_t next_part(Edit edit, std::size_t from, std::size_t length) {
    const std::size_t size = best.data.size();
    const std::size_t batch = std::clamp<std::size_t>(kBatchBytesMax / size, 1, ShrinkSession::kBatch);
    std::vector<Case> candidates;
    std::vector<std::size_t> places;
    for (; from < size && candidates.size() < batch; from += length) {
      Data edited = best.data;
      const auto part = edited.begin() + static_cast<std::ptrdiff_t>(from);
      edit(edited, part, part + static_cast<std::ptrdiff_t>(std::min(length, size - from)));
      if (edited == best.data) continue;
      candidates.push_back(best);
      candidates.back().data = std::move(edited);
      places.push_back(from);
    }
    const auto taken = take_first(candidates);
    if (!taken) return from;
    return places[*taken] + (best.data.size() == size ? length : 0);
  }

  void lower(std::size_t place) {
    constexpr std::int64_t kSmallest = 16;  // smallest values that are all tried, and values just below the present one
    const auto take = [&](const std::vector<std::int64_t>& values) {
      std::vector<Case> candidates(values.size(), best);
      for (std::size_t i = 0; i < values.size(); ++i) candidates[i].data[place] = static_cast<std::uint8_t>(values[i]);
      return take_first(candidates).has_value();
    };
    search_field({.now = [&] { return best.data[place]; }, .take_first = take, .over = [this] { return over(); }},
                 {.linear_max = kSmallest, .window = kSmallest});
  }

  // Takes the first candidate that fails, if it is smaller. Gives its place.
  std::optional<std::size_t> take_first(const std::vector<Case>& candidates) {
    auto found = session.first_failing(candidates);
    if (!found || !session.is_smaller(found->recorded, best)) return std::nullopt;
    best = std::move(found->recorded);
    return found->place;
  }
};

}  // namespace

Case reduce_data(ShrinkSession& session, Case failing, std::uint64_t executions_max) {
  return DataReduction{session, std::move(failing), session.executions() + executions_max}.run();
}

}  // namespace straylane
