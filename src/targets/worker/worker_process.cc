#include "targets/worker/worker_process.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <utility>

namespace straylane {
namespace {

constexpr std::uint32_t kStartTimeoutMs = 120'000;
constexpr std::chrono::milliseconds kOwnEndTime{1'000};
constexpr std::uint64_t kAddressSpaceBytes = std::uint64_t{16} << 30;

// Shadow memory of a build with sanitizers needs address space.
#ifdef STRAYLANE_SANITIZER_LIBRARIES
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

}  // namespace

Expected<WorkerProcess> WorkerProcess::start(const Command& command) {
  using worker_protocol::FrameError;
  WorkerProcess worker;
  worker.log_ = OwnedFd(memfd_create("straylane-worker", MFD_CLOEXEC));
  const bool limited = command.address_space_limited && !kSanitized;
  auto child = Child::exec({.arguments = command.arguments, .environment = command.environment},
                           {.channel = ChildSetup::Channel::kSocket,
                            .output = worker.log_.get(),
                            .ignored_signals = {SIGINT, SIGHUP},
                            .address_space_max = limited ? kAddressSpaceBytes : 0});
  if (!child) return tl::unexpected(child.error());
  worker.child_ = std::move(*child);

  const std::string& program = command.arguments.front();
  const auto frame = worker_protocol::read_frame(worker.fd(), kStartTimeoutMs);
  if (!frame && frame.error() == FrameError::kInterrupted) return make_error(ErrorCode::kInterrupted, "interrupted");
  if (!frame) {
    const bool hung = frame.error() == FrameError::kTimedOut;
    std::string why = hung ? fmt::format("not ready after {} s: ", kStartTimeoutMs / 1'000) : "";
    why += worker.end();
    if (!why.starts_with(program + ": ")) why = fmt::format("{}: {}", program, why);  // else it could not be run
    return make_error(ErrorCode::kUnsupported, why);
  }
  auto hello = worker_protocol::decode_hello(*frame);
  if (!hello) return tl::unexpected(hello.error());
  if (hello->program_is_wrong) return make_error(ErrorCode::kMalformed, hello->error);
  if (!hello->error.empty()) {
    return make_error(ErrorCode::kUnsupported, fmt::format("{}: {}", program, hello->error));
  }
  worker.hello_ = std::move(*hello);
  return worker;
}

std::string WorkerProcess::last_line() const {
  std::array<char, 4096> text{};
  const off_t size = lseek(log_.get(), 0, SEEK_END);
  const off_t from = size > static_cast<off_t>(text.size()) ? size - static_cast<off_t>(text.size()) : 0;
  const ssize_t n = pread(log_.get(), text.data(), text.size(), from);
  std::string log(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!log.empty() && (log.back() == '\n' || log.back() == ' ')) log.pop_back();
  log.erase(0, log.find_last_of('\n') + 1);
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };  // the terminal would obey it
  std::replace_if(log.begin(), log.end(), is_control, ' ');
  return log;
}

std::string WorkerProcess::end() {
  // A process that closed its end is about to end by itself: let it, so that its own status is seen.
  child_.wait(kOwnEndTime);
  child_.kill();
  const std::string line = last_line();
  return line.empty() ? child_.end().text() : fmt::format("{} ({})", line, child_.end().text());
}

}  // namespace straylane
