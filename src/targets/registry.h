#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "targets/target.h"

namespace straylane {

// What is known of a kind of target without opening one.
struct TargetKind {
  std::string name;                 // as on the command line, "numba"
  std::string program = {};         // what it runs if no program is named; empty: the factory kernel
  bool takes_kernels = false;       // it runs CUDA C++ files of a user
  bool needed = false;              // a run that names neither target nor kernel is meaningless without it
  bool needed_for_kernels = false;  // a run that names a kernel, but no target, is meaningless without it
  std::string fuzz_binary;          // the engine program that fuzzes it, without the suffix of the engine
  bool fuzzed_in_process = false;   // that program has the target in its own process, so its inputs need a time limit
  std::string packages;             // what the fuzz binary needs installed besides the engine; empty for nothing
  std::string exports;              // the form to which findings can be exported: "pytest", "gtest" or empty
  std::function<Expected<std::unique_ptr<Target>>(const TargetOptions&)> open;
};

// Returns all kinds in the order in which they are run: numba, host, cuda, then those that were added.
const std::vector<TargetKind>& target_kinds();
// Returns null if there is no kind of that name.
const TargetKind* find_target_kind(const std::string& name);
// Adds a kind for this process, for tests and for programs that link the libraries.
// Precondition: nothing has looked at the kinds yet.
void add_target_kind(TargetKind kind);
// Returns "numba, host, cuda".
std::string target_names_text();
// Returns the kind that a run needs if it names no target.
const TargetKind& needed_target(bool with_kernel);

// Opens a target. `jobs`: how many workers share each batch of cases (see pooled_target.h). Errors:
//   kUsage        there is no such target, or it does not take kernels and one is given
//   kUnsupported  the target cannot run here, with the reason and what installs what is missing
Expected<std::unique_ptr<Target>> open_target(const std::string& name, const TargetOptions& options,
                                              std::uint32_t jobs = 1);

}  // namespace straylane
