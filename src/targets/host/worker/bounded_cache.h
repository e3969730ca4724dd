#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <unordered_map>
#include <utility>

namespace straylane {

// The last `size_max` values that were put in or looked at, by key. Some keys may be there more than once. `Hash` is as
// of std::unordered_map; values are looked for by a Key, or by whatever else it takes that is compared with a Key.
template <class Key, class Value, class Hash>
class BoundedCache {
  using Entries = std::list<std::pair<Key, Value>>;
  using Places = std::unordered_multimap<std::size_t, typename Entries::iterator>;

 public:
  // An entry outside the cache: a new one, or one that was taken out, which is put back without being made anew. One
  // that was moved from is empty, and so is what `take` gives where there is none.
  class Entry {
   public:
    Entry() = default;
    Entry(Key key, Value value) { entry_.emplace_front(std::move(key), std::move(value)); }

    explicit operator bool() const { return !entry_.empty(); }
    Value& value() { return entry_.front().second; }

   private:
    friend class BoundedCache;
    Entries entry_;                     // one
    typename Places::node_type place_;  // of one that was taken out
  };

  explicit BoundedCache(std::size_t size_max) : size_max_(size_max) {}

  // It is now the one needed last. Null where there is none; valid until the next call.
  template <class Like>
  const Value* find(const Like& key) {
    const auto known = place_of(key);
    if (known == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, known->second);
    return &entries_.front().second;
  }

  Entry take(const Key& key) {
    Entry taken;
    const auto known = place_of(key);
    if (known == places_.end()) return taken;
    taken.entry_.splice(taken.entry_.begin(), entries_, known->second);
    taken.place_ = places_.extract(known);
    return taken;
  }

  // `entry` is not empty.
  void put(Entry entry) {
    entries_.splice(entries_.begin(), entry.entry_);
    if (entry.place_) {
      places_.insert(std::move(entry.place_));
    } else {
      places_.emplace(Hash{}(entries_.front().first), entries_.begin());
    }
    if (entries_.size() > size_max_) drop_last();
  }

  std::size_t size() const { return entries_.size(); }

 private:
  template <class Like>
  typename Places::iterator place_of(const Like& key) {
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
