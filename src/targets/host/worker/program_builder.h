#pragma once

#include <llvm/ADT/SmallVector.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>
#include <utility>

#include "targets/host/worker/device_compiler.h"
#include "targets/host/worker/device_coverage.h"
#include "targets/host/worker/device_program.h"
#include "targets/host/worker/device_sites.h"

namespace straylane {

// Keeps the `size_max` most recently used values by key. Several values may have the same key. `Hash` is as in
// std::unordered_map. A look-up takes a Key, or any other type that `Hash` takes and that is compared with a Key.
template <class Key, class Value, class Hash>
class BoundedCache {
  using Entries = std::list<std::pair<Key, Value>>;
  using Places = std::unordered_multimap<std::size_t, typename Entries::iterator>;

 public:
  // An entry outside the cache: a new one, or one that was taken out and can be put back without an allocation. It is
  // empty after it was moved from, and if `take` found nothing.
  class Entry {
   public:
    Entry() = default;
    Entry(Key key, Value value) { entry_.emplace_front(std::move(key), std::move(value)); }

    explicit operator bool() const { return !entry_.empty(); }
    Value& value() { return entry_.front().second; }

   private:
    friend class BoundedCache;
    Entries entry_;                     // at most one element
    typename Places::node_type place_;  // set if the entry was taken out
  };

  explicit BoundedCache(std::size_t size_max) : size_max_(size_max) {}

  // Returns the value and makes it the most recently used, or null. The result is valid until the next call.
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

  // Precondition: `entry` is not empty.
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
    const auto found = std::find_if(begin, end, [&key](const auto& place) { return place.second->first == key; });
    return found == end ? places_.end() : found;
  }

  void drop_last() {
    const auto last = std::prev(entries_.end());
    const auto [begin, end] = places_.equal_range(Hash{}(last->first));
    places_.erase(std::find_if(begin, end, [&last](const auto& place) { return place.second == last; }));
    entries_.pop_back();
  }

  std::size_t size_max_;
  Entries entries_;  // the most recently used is the first
  Places places_;    // by hash
};

// A device source, compiled and instrumented, but not linked. It never changes, so many kernels can share it.
struct DeviceUnit {
  using Symbols = std::set<std::string>;

  std::string source;  // path, as it was given
  llvm::SmallVector<char, 0> bitcode;
  Symbols defines;  // symbols that other units can see
  Symbols needs;    // symbols that it uses and does not define, without those of the runtime
  // The same for the parts of the factory kernel, because every build asks for them.
  bool has_kernel = false;
  bool has_allocator = false;
  bool calls_allocator = false;
};
using SharedUnit = std::shared_ptr<const DeviceUnit>;

// The units that a program is linked from: first the kernel's, then the allocator's if that is another.
using ProgramUnits = llvm::SmallVector<SharedUnit, 2>;

// Hashes the identity of units, not their contents. A cache entry keeps its units alive, so no other unit can have the
// address of one of them.
struct ProgramUnitsHash {
  std::size_t operator()(const ProgramUnits& units) const {
    std::size_t hash = 0;
    for (const SharedUnit& unit : units) hash = 31 * hash + std::hash<SharedUnit>{}(unit);
    return hash;
  }
};
using IdlePrograms = BoundedCache<ProgramUnits, std::unique_ptr<DeviceProgram>, ProgramUnitsHash>;
// A program that only its holder may launch, since it has the variables in it.
using LentProgram = IdlePrograms::Entry;

// What the factories build with: compiler, passes, linker, and two bounded caches:
//
//   units     compiled sources, by text, and by the macro if the source uses it; shared, since they never change
//   programs  loaded programs that no kernel has at the moment, by their units; each is lent to one kernel at a time
class ProgramBuilder {
 public:
  struct Options {
    std::size_t units_max = 256;
    std::size_t idle_programs_max = 256;
    DeviceCoverage* coverage = nullptr;  // must outlive the builder; null for code without counters
  };

  template <class T>
  using Built = tl::expected<T, BuildError>;

  // `sites` must outlive the builder. Throws std::runtime_error if LLVM cannot make code for this machine.
  ProgramBuilder(DeviceCompiler compiler, DeviceSites& sites, const Options& options);
  ProgramBuilder(const ProgramBuilder&) = delete;
  ProgramBuilder& operator=(const ProgramBuilder&) = delete;

  Built<SharedUnit> unit(const SharedSource& source, const Define& define);

  // Returns a program of these units whose variables have their initial values. It is lent to nobody else until it is
  // given back.
  Built<LentProgram> acquire(ProgramUnits units);
  void give_back(LentProgram program) { idle_.put(std::move(program)); }

  const DeviceCompiler& compiler() const { return compiler_; }
  std::size_t units_kept() const { return units_.size(); }
  std::size_t programs_idle() const { return idle_.size(); }
  std::uint64_t compilations() const { return compilations_; }

 private:
  struct CachedUnit {
    SharedUnit unit;
    bool uses_define;
  };
  template <class Source>  // SharedSource in a kept key, const SharedSource& in a look-up
  struct UnitKey {
    Source source;
    std::optional<Define> define;  // none if the unit is the same for every value
    template <class Other>
    bool operator==(const UnitKey<Other>& other) const {
      return source == other.source && define == other.define;
    }
  };
  struct UnitHash {
    template <class Source>
    std::size_t operator()(const UnitKey<Source>& key) const {
      return key.source.hash() ^ (key.define ? std::hash<std::int64_t>{}(key.define->value + 1) : 0);
    }
  };
  Built<CachedUnit> compile(const DeviceSource& source, const Define& define);
  Built<std::unique_ptr<DeviceProgram>> load(const ProgramUnits& units);

  DeviceCompiler compiler_;
  DeviceSites& sites_;
  std::unique_ptr<llvm::orc::LLJIT> jit_;  // outlives the programs
  DeviceCoverage* coverage_;
  BoundedCache<UnitKey<SharedSource>, CachedUnit, UnitHash> units_;
  IdlePrograms idle_;
  LinkError load_error_;  // what the JIT has reported about the program that is being loaded
  std::uint64_t compilations_ = 0;
  std::uint64_t programs_made_ = 0;
};

}  // namespace straylane
