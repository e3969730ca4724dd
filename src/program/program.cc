#include "program/program.h"

#include <map>

#include "oracle/oracles.h"
#include "program/factory/factory_program.h"

namespace straylane {
namespace {

std::map<std::string, Program>& added() {
  static std::map<std::string, Program> programs;
  return programs;
}

}  // namespace

Verdict judge(const Program& program, const Case& c, const Observation& observation) {
  Verdict verdict = judge(c, observation, program.oracles);
  if (verdict.failure && program.annotate != nullptr) program.annotate(c, observation, *verdict.failure);
  return verdict;
}

const Program& program_named(const std::string& name) {
  const auto found = added().find(name);
  return found == added().end() ? factory_program() : found->second;
}

void add_program(Program program) { added().insert_or_assign(std::string(program.name), std::move(program)); }

const Schema* schema_named(const std::string& name) { return &program_named(name).schema; }

}  // namespace straylane
