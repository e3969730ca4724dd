#include "shrink/coupled_settings.h"

#include <algorithm>

#include "shrink/settings_field.h"

namespace straylane {
namespace {

constexpr std::int64_t kNear = 8;  // smallest values, and values on both sides of the present one

class Coupled {
 public:
  Coupled(const Settings& now, std::size_t field, std::int64_t value, bool block_size)
      : now_(now),
        field_(field),
        fields_end_(block_size ? kSettingsFields.size() : kBlockSizeField),
        from_(now.*kSettingsFields[field].member),
        to_(value),
        plain_(with(now, field, value)) {}

  std::vector<Settings> all(bool near) {
    std::vector<Settings> together = {plain_, plain_};
    for (std::size_t other = field_ + 1; other < fields_end_; ++other) {
      const std::int64_t was = value_of(now_, other);
      add(other, was - (from_ - to_));
      add(other, was + (from_ - to_));
      add(other, was * to_ / from_);
      add(other, (was * to_ + from_ - 1) / from_);
      if (to_ > 0) add(other, was * from_ / to_);
      together[0] = with(together[0], other, was - (from_ - to_));
      together[1] = with(together[1], other, was * to_ / from_);
    }
    for (const Settings& settings : together) add(settings);
    for (std::size_t other = field_ + 1; near && other < fields_end_; ++other) {
      const std::int64_t min = kSettingsFields[other].min;
      const std::int64_t was = value_of(now_, other);
      for (std::int64_t i = 0; i < kNear; ++i) add(other, min + i);
      for (std::int64_t i = std::max(min, was - kNear); i <= was + kNear; ++i) add(other, i);
    }
    return std::move(found_);
  }

 private:
  static std::int64_t value_of(const Settings& settings, std::size_t field) {
    return settings.*kSettingsFields[field].member;
  }

  // n_threads follows array_size down.
  static Settings with(Settings settings, std::size_t field, std::int64_t value) {
    settings.*kSettingsFields[field].member = value;
    settings.n_threads = std::min(settings.n_threads, settings.array_size);
    return settings;
  }

  void add(std::size_t field, std::int64_t value) { add(with(plain_, field, value)); }

  void add(const Settings& settings) {
    if (settings == plain_ || first_invalid(settings)) return;
    if (std::find(found_.begin(), found_.end(), settings) == found_.end()) found_.push_back(settings);
  }

  const Settings& now_;
  std::size_t field_;
  std::size_t fields_end_;
  std::int64_t from_;
  std::int64_t to_;
  Settings plain_;
  std::vector<Settings> found_;
};

}  // namespace

std::vector<Settings> coupled_settings(const Settings& now, std::size_t field, std::int64_t value, bool block_size,
                                       bool near) {
  return Coupled(now, field, value, block_size).all(near);
}

}  // namespace straylane
