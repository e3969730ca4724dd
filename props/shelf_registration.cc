// Linked into a program, this adds the target and the program "shelf" (stub_program.h) to those that it knows.
#include "program/program.h"
#include "props/stub_program.h"
#include "targets/registry.h"

namespace straylane {
namespace {

const bool added = [] {
  add_program(shelf_program());
  add_target_kind({.name = "shelf",
                   .program = "shelf",
                   .fuzz_binary = "fuzz_shelf",
                   .open = [](const TargetOptions&) -> Expected<std::unique_ptr<Target>> {
                     return std::make_unique<ShelfTarget>();
                   }});
  return true;
}();

}  // namespace
}  // namespace straylane
