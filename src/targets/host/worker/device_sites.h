#pragma once

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Instruction.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "targets/worker/site_table.h"

namespace straylane {

// Gives places in device code their numbers in the worker's site table. The same source has the same numbers however
// often it is built.
class DeviceSites {
 public:
  explicit DeviceSites(SiteTable& table) : table_(table) {}

  // A source, how its sites call it, and its text, for their statements. A file that is none, because a source includes
  // it, is called by its name without folder and read where it lies.
  void add_source(const std::string& path, const std::string& name, const std::string& text);

  // A translation unit begins: occurrences are counted anew.
  void begin_unit() { occurrences_.clear(); }

  // The site of an instruction, by its debug location. `kind` is "access" or "barrier".
  std::uint32_t number_of(const llvm::Instruction& instruction, const char* kind);

 private:
  struct Source {
    std::string name;
    std::vector<std::string> lines;  // white space folded
  };
  const Source& source_of(const llvm::DILocation& place);

  SiteTable& table_;
  std::map<std::string, Source> sources_;              // by absolute path
  std::map<std::string, const Source*> source_known_;  // by folder and path as the compiler has them
  std::map<std::string, std::uint32_t> occurrences_;
};

}  // namespace straylane
