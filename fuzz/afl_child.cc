// What a process of AFL++'s fork server has to do itself in a campaign, since afl-fuzz does not:
// - It reports an input that ends it. afl-fuzz keeps such an input only if its counters are new, and a process that
//   ended has handed over no counters.
// - It ends with afl-fuzz, which starts its children in a session of their own.
// - It removes the shared memory that stays if afl-fuzz is killed.
//
//   straylane: input ended it: signal N HEX     on stderr; SIGTERM (AFL_KILL_SIGNAL) if it took too long
//
// (AFL++ 4.04: instrumentation/afl-compiler-rt.o.c, utils/aflpp_driver/aflpp_driver.c, src/afl-forkserver.c.)
#include <signal.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "campaign/engine_variables.h"
#include "codec/bytes_codec.h"
#include "fuzz/engine_hooks.h"

extern "C" {
extern std::uint8_t* __afl_fuzz_ptr;  // the input
extern std::uint32_t* __afl_fuzz_len;
}

namespace {

namespace byte_bounds = straylane::byte_bounds;

// Runs before AFL++'s own constructor, which the fork server never leaves. Shared memory that is marked for removal
// stays as long as a process is attached to it, and Linux lets other processes still attach to it by its number.
__attribute__((constructor(101))) void end_with_afl_fuzz() {
  if (std::getenv(straylane::engine_variable::kCampaign) == nullptr || std::getenv("__AFL_SHM_ID") == nullptr) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const char* name : {"__AFL_SHM_ID", "__AFL_SHM_FUZZ_ID"}) {
    if (const char* id = std::getenv(name)) shmctl(std::atoi(id), IPC_RMID, nullptr);
  }
}

// Uses plain memory and write() only, because it is a signal handler.
void tell_input(int signal) {
  static constexpr char kDigits[] = "0123456789abcdef";
  static constexpr char kBegin[] = "straylane: input ended it: signal ";
  static std::array<char, sizeof(kBegin) + 16 + 2 * byte_bounds::kEngineInputMax> line;
  char* at = std::copy_n(kBegin, sizeof(kBegin) - 1, line.data());
  if (signal >= 10) *at++ = static_cast<char>('0' + signal / 10);
  *at++ = static_cast<char>('0' + signal % 10);
  *at++ = ' ';
  const std::size_t size =
      __afl_fuzz_len == nullptr ? 0 : std::min<std::size_t>(*__afl_fuzz_len, byte_bounds::kEngineInputMax);
  for (std::size_t i = 0; i < size; ++i) {
    *at++ = kDigits[__afl_fuzz_ptr[i] >> 4];
    *at++ = kDigits[__afl_fuzz_ptr[i] & 15];
  }
  *at++ = '\n';
  const char* from = line.data();
  while (from < at) {
    const ssize_t n = write(STDERR_FILENO, from, static_cast<std::size_t>(at - from));
    if (n <= 0) break;
    from += n;
  }
  raise(signal);  // has its default action again, so it ends the process when this handler returns
}

}  // namespace

namespace straylane {

bool is_input(const std::uint8_t* data) { return __afl_fuzz_ptr == nullptr || data == __afl_fuzz_ptr; }

void tell_what_ends_the_process() {
  struct sigaction action{};
  action.sa_handler = tell_input;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);  // the stack is that of fuzz/open_in_process.cc
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace straylane
