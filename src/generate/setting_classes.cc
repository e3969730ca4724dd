#include "generate/setting_classes.h"

#include <fmt/format.h>

namespace straylane {
namespace {

constexpr std::int64_t kWarp = 32;

SettingClass class_at(std::size_t i) { return static_cast<SettingClass>(i); }

}  // namespace

const char* to_string(SettingClass setting_class) {
  switch (setting_class) {
    case SettingClass::kNoThreads:
      return "n_threads=0";
    case SettingClass::kOneThread:
      return "n_threads=1";
    case SettingClass::kAllButOne:
      return "n_threads=array_size-1";
    case SettingClass::kAllThreads:
      return "n_threads=array_size";
    case SettingClass::kSomeThreads:
      return "1<n_threads<array_size-1";
    case SettingClass::kArraySizeOne:
      return "array_size=1";
    case SettingClass::kArraySize32:
      return "array_size=32k";
    case SettingClass::kBeside32:
      return "array_size=32k+-1";
    case SettingClass::kSeveralBlocks:
      return "blocks>1";
  }
  return "?";
}

bool belongs_to(const Settings& settings, SettingClass setting_class) {
  const std::int64_t size = settings.array_size;
  switch (setting_class) {
    case SettingClass::kNoThreads:
      return settings.n_threads == 0;
    case SettingClass::kOneThread:
      return settings.n_threads == 1;
    case SettingClass::kAllButOne:
      return settings.n_threads == size - 1;
    case SettingClass::kAllThreads:
      return settings.n_threads == size;
    case SettingClass::kSomeThreads:
      return settings.n_threads > 1 && settings.n_threads < size - 1;
    case SettingClass::kArraySizeOne:
      return size == 1;
    case SettingClass::kArraySize32:
      return size % kWarp == 0;
    case SettingClass::kBeside32:
      return size > 1 && (size % kWarp == 1 || size % kWarp == kWarp - 1);
    case SettingClass::kSeveralBlocks:
      return settings.blocks() > 1;
  }
  return false;
}

std::vector<std::string> classes_of(const Settings& settings) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kSettingClasses; ++i) {
    if (belongs_to(settings, class_at(i))) names.emplace_back(to_string(class_at(i)));
  }
  return names;
}

void ClassCounts::add(const Settings& settings) {
  for (std::size_t i = 0; i < kSettingClasses; ++i) counts_[i] += belongs_to(settings, class_at(i)) ? 1 : 0;
}

void ClassCounts::add(const std::vector<Settings>& launches) {
  for (const Settings& settings : launches) add(settings);
}

void ClassCounts::add(const ClassCounts& other) {
  for (std::size_t i = 0; i < kSettingClasses; ++i) counts_[i] += other.counts_[i];
}

bool ClassCounts::add(const std::string& name, std::uint64_t count) {
  for (std::size_t i = 0; i < kSettingClasses; ++i) {
    if (name != to_string(class_at(i))) continue;
    counts_[i] += count;
    return true;
  }
  return false;
}

std::vector<std::pair<std::string, std::uint64_t>> ClassCounts::by_name() const {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (std::size_t i = 0; i < kSettingClasses; ++i) out.emplace_back(to_string(class_at(i)), counts_[i]);
  return out;
}

std::optional<std::string> ClassCounts::below_floor(std::uint64_t total) const {
  const std::uint64_t floor = total / kFloorDivisor;
  for (const auto& [name, count] : by_name()) {
    if (count < floor) return fmt::format("{}: {} of {} cases, must be at least {}", name, count, total, floor);
  }
  return std::nullopt;
}

}  // namespace straylane
