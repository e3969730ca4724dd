#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "targets/host/worker/bounded_cache.h"
#include "targets/host/worker/build_error.h"
#include "targets/host/worker/device_compiler.h"
#include "targets/host/worker/device_coverage.h"
#include "targets/host/worker/device_program.h"
#include "targets/host/worker/device_sites.h"
#include "targets/host/worker/device_unit.h"

namespace straylane {

// By what units they are, not by what is in them. An entry keeps them alive, so that no other can be taken for one of
// them.
struct ProgramUnitsHash {
  std::size_t operator()(const ProgramUnits& units) const {
    std::size_t hash = 0;
    for (const SharedUnit& unit : units) hash = 31 * hash + std::hash<SharedUnit>{}(unit);
    return hash;
  }
};
using IdlePrograms = BoundedCache<ProgramUnits, std::unique_ptr<DeviceProgram>, ProgramUnitsHash>;
// Whoever has it has the program, and so the variables in it, alone.
using LentProgram = IdlePrograms::Entry;

// What the factories build with: compiler, passes, linker, and what was built before. Two caches, both bounded:
//
//   units     compiled sources, by text, and by the macro where the source looks at it; never changed, so shared
//   programs  loaded programs that no kernel has at the moment, by their units; each is lent to one kernel at a time
class ProgramBuilder {
 public:
  struct Options {
    std::size_t units_max = 256;
    std::size_t idle_programs_max = 256;
    DeviceCoverage* coverage = nullptr;  // outlives the builder; null for code without counters
  };

  template <class T>
  using Built = tl::expected<T, BuildError>;

  // `sites` must outlive the builder. Throws std::runtime_error where LLVM cannot make code for this machine.
  ProgramBuilder(DeviceCompiler compiler, DeviceSites& sites, const Options& options);
  ProgramBuilder(DeviceCompiler compiler, DeviceSites& sites)
      : ProgramBuilder(std::move(compiler), sites, Options()) {}
  ProgramBuilder(const ProgramBuilder&) = delete;
  ProgramBuilder& operator=(const ProgramBuilder&) = delete;

  Built<SharedUnit> unit(const SharedSource& source, const Define& define);

  // The program of these units, with variables as after a fresh build. Nobody else has it until it is given back.
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
  template <class Source>  // SharedSource of a key that is kept, const SharedSource& of one that is looked for
  struct UnitKey {
    Source source;
    std::optional<Define> define;  // none where it is the same for any
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
  LinkError load_error_;  // what the JIT has said of the program that is being loaded
  std::uint64_t compilations_ = 0;
  std::uint64_t programs_made_ = 0;
};

}  // namespace straylane
