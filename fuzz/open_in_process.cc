// fuzz_host: target host in the process of the engine, its sources in the binary, device code with counters.
#include <fmt/format.h>
#include <signal.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/embedded_sources.h"
#include "domain/kernel_source.h"
#include "fuzz/fuzz_target.h"
#include "target/beside_program.h"
#include "target/host/worker/in_process_target.h"

// libFuzzer's; not there in the binary without an engine.
extern "C" {
__attribute__((weak)) void __sanitizer_cov_8bit_counters_init(std::uint8_t* begin, std::uint8_t* end);
__attribute__((weak)) void __sanitizer_cov_pcs_init(const std::uintptr_t* begin, const std::uintptr_t* end);
}

namespace straylane {
namespace {

constexpr const char* kFolder = "/straylane";  // of the files that are in the binary
constexpr std::size_t kEdgesMax = 1'024;
constexpr std::size_t kCompareCounters = 6 * 1'024;  // of 60 comparisons and more
// Every buffer_size that bytes can say: building one again would cost as much as a thousand runs.
constexpr std::size_t kProgramsMax = 1'024;

std::array<std::uint8_t, kEdgesMax> edge_counters;
// libFuzzer clears what is in this section before each input and reads it after.
__attribute__((section("__libfuzzer_extra_counters"))) std::uint8_t compare_counters[kCompareCounters];

DeviceCoverage& coverage() {
  static const bool with_compares = environment("STRAYLANE_COVERAGE", "compares") == "compares";
  static DeviceCoverage of_process(
      edge_counters, with_compares ? std::span<std::uint8_t>(compare_counters) : std::span<std::uint8_t>());
  return of_process;
}

// Counters without a place in a program are none to libFuzzer: each gets an address of its own, at which nothing is.
void register_edges() {
  constexpr std::uintptr_t kFirst = 0x10000000;
  constexpr std::uintptr_t kDistance = 16;
  static std::array<std::uintptr_t, 2 * kEdgesMax> places{};  // pairs of an address and flags
  for (std::size_t i = 0; i < kEdgesMax; ++i) places[2 * i] = kFirst + kDistance * i;
  if (__sanitizer_cov_8bit_counters_init == nullptr) return;
  __sanitizer_cov_8bit_counters_init(edge_counters.data(), edge_counters.data() + kEdgesMax);
  __sanitizer_cov_pcs_init(places.data(), places.data() + places.size());
}

// Said each time that there is more of it, as an engine says "NEW".
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

// A planted program is none of what is in the binary: it is read from the build folder that the binary is in.
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
  const std::string target = environment("STRAYLANE_TARGET", "host");
  if (target != "host") {
    return make_error(ErrorCode::kUsage, fmt::format("STRAYLANE_TARGET is \"{}\", fuzz_host has host only", target));
  }
  const std::string program = environment("STRAYLANE_PROGRAM", "factory");
  Files files(new llvm::vfs::InMemoryFileSystem);
  files->setCurrentWorkingDirectory(kFolder);
  for (const EmbeddedSource& source : embedded_sources()) add_file(files, source.path, source.text);
  if (program != "factory") add_planted(files, program);
  // A user's kernel, and what it includes, is read from where it lies.
  const std::string kernel = environment("STRAYLANE_KERNEL", "");
  const std::string user_file = kernel.empty() ? "" : std::filesystem::absolute(kernel).string();
  llvm::IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> all(
      new llvm::vfs::OverlayFileSystem(llvm::vfs::getRealFileSystem()));
  all->pushOverlay(files);
  register_edges();
  DeviceCoverage& counted = coverage();
  std::atexit(say_not_reached);  // behind the line above, so that it comes before the end of what it looks at
  CaseRunner::Options options;
  options.files = all;
  options.builder = {.units_max = kProgramsMax, .idle_programs_max = kProgramsMax, .coverage = &counted};
  return InProcessTarget::open(std::move(options), kFolder, kernel.empty() ? program : kernel_program(kernel),
                               user_file);
}

void on_run_end() {
  coverage().end_run();
  say_coverage();
}

}  // namespace straylane

// Device code that uses up its stack leaves none for the engine's signal handler, which would then not be run.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  static std::array<char, 64 * 1024> stack;
  stack_t alternative{};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  sigaltstack(&alternative, nullptr);
  struct sigaction on_stack {};  // libFuzzer keeps this flag for the handler that it installs
  on_stack.sa_handler = SIG_DFL;
  on_stack.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS}) sigaction(signal, &on_stack, nullptr);
  return 0;
}
