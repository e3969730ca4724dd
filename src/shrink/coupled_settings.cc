#include "shrink/coupled_settings.h"

#include <algorithm>
#include <limits>

namespace straylane {
namespace {

constexpr std::int64_t kNear = 8;  // smallest values, and values on both sides of the present one

using Wide = __int128;  // for products of two values, and for sums

class Coupled {
 public:
  Coupled(const Schema& schema, const Settings& now, std::size_t place, std::int64_t ordinal, std::size_t places_end)
      : schema_(schema),
        now_(now),
        others_begin_(place + 1),
        places_end_(places_end),
        from_(now[at(place)]),
        to_(schema.value_at(at(place), ordinal)),
        plain_(schema.with(now, at(place), schema.value_at(at(place), ordinal))) {}

  std::vector<Settings> all(bool near) {
    std::vector<Settings> together = {plain_, plain_};
    for (std::size_t place = others_begin_; place < places_end_; ++place) {
      const std::size_t other = at(place);
      const Wide was = now_[other];
      const Wide same_difference = was - (from_ - to_);
      add(with(plain_, other, same_difference));
      add(with(plain_, other, was + (from_ - to_)));
      together[0] = with(together[0], other, same_difference);
      if (from_ != 0) {
        const Wide same_ratio = was * to_ / from_;
        add(with(plain_, other, same_ratio));
        add(with(plain_, other, (was * to_ + from_ - 1) / from_));
        together[1] = with(together[1], other, same_ratio);
      }
      if (to_ != 0) add(with(plain_, other, was * from_ / to_));
    }
    for (const Settings& settings : together) add(settings);
    for (std::size_t place = others_begin_; near && place < places_end_; ++place) add_near(at(place));
    return std::move(found_);
  }

 private:
  std::size_t at(std::size_t place) const { return schema_.shrink_order()[place]; }

  // The smallest values, and those around the one that it has.
  void add_near(std::size_t other) {
    const std::int64_t most = schema_.ordinal_max(other, plain_);
    const std::int64_t was = std::min(schema_.ordinal(other, now_[other]), most);
    const auto add_range = [&](std::int64_t first, std::int64_t count) {
      for (std::int64_t i = 0; i < count && i <= most - first; ++i) {
        add(with(plain_, other, schema_.value_at(other, first + i)));
      }
    };
    add_range(0, kNear);
    add_range(std::max<std::int64_t>(was - kNear, 0), std::min(was, kNear) + kNear + 1);
  }

  // A value above the bound of another parameter is brought down to it; one that is out of range for other reasons is
  // left for `add` to refuse.
  Settings with(const Settings& settings, std::size_t i, Wide value) const {
    const auto& bound = schema_[i].max_is;
    if (bound) value = std::min<Wide>(value, settings[*bound]);
    value = std::clamp<Wide>(value, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    return schema_.with(settings, i, static_cast<std::int64_t>(value));
  }

  void add(const Settings& settings) {
    if (settings == plain_ || settings != schema_.clamped(settings)) return;
    if (std::find(found_.begin(), found_.end(), settings) == found_.end()) found_.push_back(settings);
  }

  const Schema& schema_;
  const Settings& now_;
  std::size_t others_begin_;
  std::size_t places_end_;
  Wide from_;
  Wide to_;
  Settings plain_;
  std::vector<Settings> found_;
};

}  // namespace

std::vector<Settings> coupled_settings(const Schema& schema, const Settings& now, std::size_t place,
                                       std::int64_t ordinal, std::size_t places_end, bool near) {
  return Coupled(schema, now, place, ordinal, places_end).all(near);
}

}  // namespace straylane
