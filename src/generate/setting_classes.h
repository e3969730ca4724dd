#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/settings.h"

namespace straylane {

// Classes of settings that a suite must have covered. A launch belongs to none, one or several of them.
enum class SettingClass {
  kNoThreads,      // "n_threads=0"
  kOneThread,      // "n_threads=1"
  kAllButOne,      // "n_threads=array_size-1"
  kAllThreads,     // "n_threads=array_size"
  kSomeThreads,    // "1<n_threads<array_size-1"
  kArraySizeOne,   // "array_size=1"
  kArraySize32,    // "array_size=32k": a multiple of 32
  kBeside32,       // "array_size=32k+-1": one beside a multiple of 32, 1 not counted
  kSeveralBlocks,  // "blocks>1"
};
inline constexpr std::size_t kSettingClasses = 9;

// The names above, as they stand in reports.
const char* to_string(SettingClass setting_class);

bool belongs_to(const Settings& settings, SettingClass setting_class);
std::vector<std::string> classes_of(const Settings& settings);

// How many launches fell into each class.
class ClassCounts {
 public:
  // A class below this share of the cases has not been covered. Drawing by strata gives each at least 1 in 14.
  static constexpr std::uint64_t kFloorDivisor = 32;

  void add(const Settings& settings);
  void add(const std::vector<Settings>& launches);
  void add(const ClassCounts& other);
  // For counts that come from another process; false where no class has the name.
  bool add(const std::string& name, std::uint64_t count);

  std::uint64_t count(SettingClass setting_class) const { return counts_[static_cast<std::size_t>(setting_class)]; }
  // All classes in the order of the enumeration.
  std::vector<std::pair<std::string, std::uint64_t>> by_name() const;

  // The first class with fewer than `total / kFloorDivisor` launches, and the figures: "array_size=1: 2 of 640 cases,
  // must be at least 20". `total` is the number of cases drawn; below 32 of them nothing is asked for.
  std::optional<std::string> below_floor(std::uint64_t total) const;

  bool operator==(const ClassCounts&) const = default;

 private:
  std::array<std::uint64_t, kSettingClasses> counts_{};
};

}  // namespace straylane
