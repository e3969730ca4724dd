#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <utility>

namespace straylane {

// The last `size_max` values that were put in or looked at, by key. Some keys may be there more than once.
template <class Value>
class BoundedCache {
 public:
  explicit BoundedCache(std::size_t size_max) : size_max_(size_max) {}

  // A copy, which now is the one needed last.
  std::optional<Value> find(const std::string& key) {
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (entry->first != key) continue;
      entries_.splice(entries_.begin(), entries_, entry);
      return entries_.front().second;
    }
    return std::nullopt;
  }

  // Takes it out.
  std::optional<Value> take(const std::string& key) {
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (entry->first != key) continue;
      std::optional<Value> value(std::move(entry->second));
      entries_.erase(entry);
      return value;
    }
    return std::nullopt;
  }

  void put(std::string key, Value value) {
    entries_.emplace_front(std::move(key), std::move(value));
    if (entries_.size() > size_max_) entries_.pop_back();
  }

  std::size_t size() const { return entries_.size(); }

 private:
  std::size_t size_max_;
  std::list<std::pair<std::string, Value>> entries_;  // the one needed last in front
};

}  // namespace straylane
