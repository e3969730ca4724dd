#pragma once

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Instruction.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "targets/worker/site_table.h"

namespace straylane {

inline constexpr std::size_t kSourceBytesMax = std::size_t{1} << 40;  // the compiler reads files of any size

// Gives places in device code their numbers in the worker's site table. A source keeps its numbers when it is built
// again.
class DeviceSites {
 public:
  explicit DeviceSites(SiteTable& table) : table_(table) {}

  // Adds a source: its path, its name in sites, and its text, from which they take their statements. A file that is
  // only included needs no call: sites name it without its folder, and its text is read from `path`.
  void add_source(const std::string& path, const std::string& name, const std::string& text);

  // Begins a translation unit, in which occurrences are counted from 0.
  void begin_unit() { occurrences_.clear(); }

  // Returns the number of the site of an instruction, by its debug location. `kind`: "access" or "barrier".
  std::uint32_t number_of(const llvm::Instruction& instruction, const char* kind);

 private:
  struct Source {
    std::string name;
    std::vector<std::string> lines;  // with white space folded
  };
  const Source& source_of(const llvm::DILocation& place);

  SiteTable& table_;
  std::map<std::string, Source> sources_;              // by absolute path
  std::map<std::string, const Source*> source_known_;  // by the compiler's folder and path
  std::map<std::string, std::uint32_t> occurrences_;
};

}  // namespace straylane
