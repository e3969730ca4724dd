// fuzz_host: opens target host in the process of the engine. The binary contains its sources, and device code has
// counters.
#include <fmt/format.h>
#include <signal.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "campaign/engine_variables.h"
#include "domain/kernel_source.h"
#include "fuzz/embedded_sources.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/registered_counters.h"
#include "os/beside_program.h"
#include "program/factory/factory_program.h"
#include "targets/host/worker/host_case_runner.h"

namespace straylane {
namespace {

constexpr const char* kFolder = "/straylane";  // of the files that the binary contains
constexpr std::size_t kEdgesMax = 1'024;
constexpr std::size_t kComparesMax = 6 * 1'024;  // counters, enough for 60 comparisons or more
// As many as the values that bytes hold for the parameter that a build depends on. A build costs as much as a thousand
// runs.
constexpr std::size_t kProgramsMax = 1'024;

// One array, so that an engine can identify a counter by its distance from the first.
alignas(8) std::array<std::uint8_t, kEdgesMax + kComparesMax> counters;
const std::span<std::uint8_t> edge_counters(counters.data(), kEdgesMax);
const std::span<std::uint8_t> compare_counters(counters.data() + kEdgesMax, kComparesMax);

DeviceCoverage& coverage() {
  static const bool with_compares = environment(engine_variable::kCoverage, "compares") == "compares";
  static DeviceCoverage of_process(edge_counters, with_compares ? compare_counters : std::span<std::uint8_t>());
  return of_process;
}

// Registers the counters of all programs that were built so far.
void register_counters() {
  constexpr std::uintptr_t kFirstEdge = 0x10000000;
  constexpr std::uintptr_t kFirstCompare = 0x20000000;
  // Never destroyed, because an engine reads them until it ends.
  static auto& edges = *new RegisteredCounters(edge_counters, kFirstEdge);
  static auto& compares = *new RegisteredCounters(compare_counters, kFirstCompare);
  edges.extend_to(coverage().edges());
  compares.extend_to(coverage().compare_counters_used());
}

// Prints the coverage each time it has grown, as an engine prints "NEW".
void say_coverage() {
  static std::size_t said = 0;
  if (coverage().edges_reached() == said) return;
  said = coverage().edges_reached();
  fmt::print(stderr, "straylane: coverage {} of {} edges of device code\n", said, coverage().edges());
}

void say_not_reached() {
  const auto places = coverage().not_reached();
  if (!places.empty()) fmt::print(stderr, "straylane: not reached: {}\n", fmt::join(places, ", "));
  if (coverage().left_out() != 0) {
    fmt::print(stderr, "straylane: {} places of device code have no counter, there is room for {} edges\n",
               coverage().left_out(), kEdgesMax);
  }
}

using Files = llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem>;

void add_file(const Files& files, const std::string& path, const std::string& text) {
  files->addFile(fmt::format("{}/{}", kFolder, path), 0, llvm::MemoryBuffer::getMemBufferCopy(text));
}

// Adds a planted program. It is not in the binary, but read from the binary's build folder, if it is there.
void add_planted(const Files& files, const std::string& program) {
  for (const std::string& name : {program + ".cu", program + "_allocator.cu"}) {
    const auto path = beside_program("host/planted/" + name);
    if (path.empty()) continue;
    std::ifstream file(path);
    add_file(files, "planted/" + name, {std::istreambuf_iterator<char>(file), {}});
  }
}

}  // namespace

Expected<std::unique_ptr<Target>> open_fuzz_target() {
  const std::string target = environment(engine_variable::kTarget, "host");
  if (target != "host") {
    return make_error(ErrorCode::kUsage,
                      fmt::format("{} is \"{}\", fuzz_host has host only", engine_variable::kTarget, target));
  }
  const std::string program = environment(engine_variable::kProgram, factory_program().name);
  Files files(new llvm::vfs::InMemoryFileSystem);
  files->setCurrentWorkingDirectory(kFolder);
  for (const EmbeddedSource& source : embedded_sources()) add_file(files, source.path, source.text);
  add_planted(files, program);
  // A user's kernel and the files that it includes are read from where they are.
  const std::string kernel = environment(engine_variable::kKernel, "");
  const std::string user_file = kernel.empty() ? "" : std::filesystem::absolute(kernel).string();
  llvm::IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> all(
      new llvm::vfs::OverlayFileSystem(llvm::vfs::getRealFileSystem()));
  all->pushOverlay(files);
  DeviceCoverage& counted = coverage();
  std::atexit(say_not_reached);  // registered after `coverage()`, so it runs before that is destroyed
  HostCaseRunner::Options options;
  options.files = all;
  options.builder = {.units_max = kProgramsMax, .idle_programs_max = kProgramsMax, .coverage = &counted};
  auto opened =
      InProcessTarget::open(std::move(options), kFolder, kernel.empty() ? program : kernel_program(kernel), user_file);
  register_counters();
  return opened;
}

void finish_run() {
  register_counters();  // of programs that this run has built
  coverage().end_run();
  say_coverage();
}

}  // namespace straylane

// Gives the engine's signal handler a stack of its own. It could not run on a stack that device code has used up.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  static std::array<char, 64 * 1024> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  sigaltstack(&alternative, nullptr);
  struct sigaction on_stack{};  // libFuzzer keeps this flag for the handler that it installs
  on_stack.sa_handler = SIG_DFL;
  on_stack.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS}) sigaction(signal, &on_stack, nullptr);
  return 0;
}
