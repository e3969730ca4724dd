#include "program/programs.h"

#include <map>

#include "program/factory/factory_program.h"

namespace straylane {
namespace {

std::map<std::string, Program>& added() {
  static std::map<std::string, Program> programs;
  return programs;
}

}  // namespace

const Program& program_named(const std::string& name) {
  const auto found = added().find(name);
  return found == added().end() ? factory_program() : found->second;
}

void add_program(Program program) {
  std::string name = program.name;
  added().insert_or_assign(std::move(name), std::move(program));
}

const Schema* schema_named(const std::string& name) { return &program_named(name).schema; }

}  // namespace straylane
