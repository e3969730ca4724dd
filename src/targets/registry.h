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
  std::string program = {};         // what it runs where no program is named; empty: the factory kernel
  bool takes_kernels = false;       // runs CUDA C++ files of a user
  bool needed = false;              // a run without it is meaningless where neither target nor kernel is named
  bool needed_for_kernels = false;  // the same with a kernel
  std::string fuzz_binary;          // the engine program that fuzzes it, without the suffix of the engine
  bool fuzzed_in_process = false;   // that program has the target in its own process, so its inputs need a time limit
  std::string packages;             // what the fuzz binary needs installed besides the engine; empty for nothing
  std::string exports;              // the form that findings can be exported to: "pytest", "gtest" or empty
  std::function<Expected<std::unique_ptr<Target>>(const TargetOptions&)> open;
};

// Every kind there is, in the order in which they are run: numba, host, cuda, then those that were added.
const std::vector<TargetKind>& target_kinds();
// Null where there is none of that name.
const TargetKind* find_target_kind(const std::string& name);
// Adds a kind for this process. Called before anything looks at the kinds; for tests and for programs that link the
// libraries.
void add_target_kind(TargetKind kind);
// "numba, host, cuda"
std::string target_names_text();
// The kind that a run needs where no target is named.
const TargetKind& needed_target(bool with_kernel);

// kUsage for a name that does not exist, or a kernel that the target does not take; kUnsupported, with the reason and
// what installs what is missing, where the target cannot run here. `jobs`: workers that share each batch of cases, see
// pooled_target.h.
Expected<std::unique_ptr<Target>> open_target(const std::string& name, const TargetOptions& options,
                                              std::uint32_t jobs = 1);

}  // namespace straylane
