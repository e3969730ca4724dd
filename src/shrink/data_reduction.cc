#include "shrink/data_reduction.h"

#include <algorithm>
#include <functional>

#include "shrink/field_search.h"

namespace straylane {
namespace {

using Data = std::vector<std::uint8_t>;

constexpr std::size_t kBatchBytesMax = std::size_t{8} << 20;  // of the copies of the data that lie in memory at once

void leave_out(Data& data, std::size_t from, std::size_t to) {
  data.erase(data.begin() + static_cast<std::ptrdiff_t>(from), data.begin() + static_cast<std::ptrdiff_t>(to));
}

void set_to_zero(Data& data, std::size_t from, std::size_t to) {
  std::fill(data.begin() + static_cast<std::ptrdiff_t>(from), data.begin() + static_cast<std::ptrdiff_t>(to), 0);
}

class DataReduction {
 public:
  DataReduction(ShrinkSession& session, Case failing, std::uint64_t executions_max)
      : session_(session), best_(std::move(failing)), end_(session.executions() + executions_max) {}

  Case run() {
    each_part(leave_out);
    each_part(set_to_zero);
    for (std::size_t i = 0; i < best_.data.size(); ++i) lower(i);
    return std::move(best_);
  }

 private:
  bool over() const { return session_.over() || session_.executions() >= end_; }

  // Parts of one length in their order, then those of half of it.
  void each_part(void (*edit)(Data&, std::size_t from, std::size_t to)) {
    for (std::size_t length = best_.data.size(); length > 0; length /= 2) {
      std::size_t from = 0;
      while (from < best_.data.size() && !over()) from = next_part(edit, from, length);
    }
  }

  // Tries the parts from `from` on, up to the first that can be edited; gives where to go on.
  std::size_t next_part(void (*edit)(Data&, std::size_t, std::size_t), std::size_t from, std::size_t length) {
    const std::size_t size = best_.data.size();
    const std::size_t batch = std::clamp<std::size_t>(kBatchBytesMax / size, 1, ShrinkSession::kBatch);
    std::vector<Case> candidates;
    std::vector<std::size_t> places;
    for (; from < size && candidates.size() < batch; from += length) {
      Data edited = best_.data;
      edit(edited, from, std::min(from + length, size));
      if (edited == best_.data) continue;
      candidates.push_back(best_);
      candidates.back().data = std::move(edited);
      places.push_back(from);
    }
    const auto taken = take_first(candidates);
    if (!taken) return from;
    return places[*taken] + (best_.data.size() == size ? length : 0);
  }

  void lower(std::size_t place) {
    constexpr std::int64_t kSmallest = 16;  // values that are all tried, and as many right below the present one
    const FieldUnderSearch byte{.now = [&] { return std::int64_t{best_.data[place]}; },
                                .take_first =
                                    [&](const std::vector<std::int64_t>& values) {
                                      std::vector<Case> candidates(values.size(), best_);
                                      for (std::size_t i = 0; i < values.size(); ++i) {
                                        candidates[i].data[place] = static_cast<std::uint8_t>(values[i]);
                                      }
                                      return take_first(candidates).has_value();
                                    },
                                .over = [this] { return over(); }};
    search_field(byte, {.linear_max = kSmallest, .window = kSmallest});
  }

  // The place of the first candidate that fails, which becomes the best.
  std::optional<std::size_t> take_first(const std::vector<Case>& candidates) {
    auto found = session_.first_failing(candidates);
    if (!found || session_.size_of(found->recorded) >= session_.size_of(best_)) return std::nullopt;
    best_ = std::move(found->recorded);
    return found->place;
  }

  ShrinkSession& session_;
  Case best_;
  std::uint64_t end_;
};

}  // namespace

Case reduce_data(ShrinkSession& session, Case failing, std::uint64_t executions_max) {
  return DataReduction(session, std::move(failing), executions_max).run();
}

}  // namespace straylane
