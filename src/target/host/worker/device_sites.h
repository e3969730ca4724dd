#pragma once

#include <llvm/IR/Instruction.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "target/worker/site_table.h"

namespace straylane {

// Gives places in device code their numbers in the worker's site table. The same source has the same numbers however
// often it is built.
class DeviceSites {
 public:
  explicit DeviceSites(SiteTable& table) : table_(table) {}

  // The text of a source, for the statements of its sites.
  void add_source(const std::string& name, const std::string& text);

  // A translation unit begins: occurrences are counted anew.
  void begin_unit() { occurrences_.clear(); }

  // The site of an instruction, by its debug location. `kind` is "access" or "barrier".
  std::uint32_t number_of(const llvm::Instruction& instruction, const char* kind);

 private:
  std::string statement(const std::string& file, unsigned line) const;

  SiteTable& table_;
  std::map<std::string, std::vector<std::string>> lines_;  // by source, white space folded
  std::map<std::string, std::uint32_t> occurrences_;
};

}  // namespace straylane
