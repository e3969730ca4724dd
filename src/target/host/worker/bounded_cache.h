#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

namespace straylane {

// The last `size_max` values that were put in or looked at, by key. Some keys may be there more than once. `Hash` is as
// of std::unordered_map.
template <class Key, class Value, class Hash>
class BoundedCache {
 public:
  explicit BoundedCache(std::size_t size_max) : size_max_(size_max) {}

  // A copy, which now is the one needed last.
  std::optional<Value> find(const Key& key) {
    const auto known = place_of(key);
    if (known == places_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, known->second);
    return entries_.front().second;
  }

  // Takes it out.
  std::optional<Value> take(const Key& key) {
    const auto known = place_of(key);
    if (known == places_.end()) return std::nullopt;
    std::optional<Value> value(std::move(known->second->second));
    entries_.erase(known->second);
    places_.erase(known);
    return value;
  }

  void put(Key key, Value value) {
    entries_.emplace_front(std::move(key), std::move(value));
    places_.emplace(Hash{}(entries_.front().first), entries_.begin());
    if (entries_.size() > size_max_) drop_last();
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<Key, Value>>;
  using Places = std::unordered_multimap<std::size_t, typename Entries::iterator>;

  typename Places::iterator place_of(const Key& key) {
    const auto [begin, end] = places_.equal_range(Hash{}(key));
    for (auto place = begin; place != end; ++place) {
      if (place->second->first == key) return place;
    }
    return places_.end();
  }

  void drop_last() {
    const auto last = std::prev(entries_.end());
    const auto [begin, end] = places_.equal_range(Hash{}(last->first));
    for (auto place = begin; place != end; ++place) {
      if (place->second != last) continue;
      places_.erase(place);
      break;
    }
    entries_.pop_back();
  }

  std::size_t size_max_;
  Entries entries_;  // the one needed last in front
  Places places_;    // by hash
};

}  // namespace straylane
