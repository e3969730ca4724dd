// How a worker target handles workers that do not answer. The workers are scripts that say hello and then misbehave.

#include "targets/worker/worker_target.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include "os/interrupt.h"
#include "os/owned_fd.h"

namespace straylane {
namespace {

using worker_protocol::FrameError;

constexpr const char* kHelloThen =
    "import os, signal, sys, time\n"
    "fd, hello = int(sys.argv[1]), bytes.fromhex(sys.argv[2])\n"
    "os.write(fd, len(hello).to_bytes(4, 'little') + hello)\n"
    "os.read(fd, 1)\n"
    "print({}, file=sys.stderr, flush=True)\n"
    "{}\n";

// A target whose worker says hello, waits for a request, writes `last_words` (a Python expression) and does `deed`.
class ScriptTarget : public WorkerTarget {
 public:
  ScriptTarget(const std::string& last_words, const std::string& deed)
      : script_(fmt::format(kHelloThen, last_words, deed)) {}
  using WorkerTarget::start;

 private:
  Expected<WorkerProcess::Command> command_for(const Kind&) const override {
    const auto hello = worker_protocol::encode(worker_protocol::Hello{});
    const std::string hex = fmt::format("{:02x}", fmt::join(hello, ""));
    return WorkerProcess::Command{{"/usr/bin/python3", "-c", script_, WorkerProcess::kSocketArgument, hex}, {}};
  }

  std::string script_;
};

Observation observe(const std::string& last_words, const std::string& deed, std::uint32_t timeout_ms = 30'000) {
  ScriptTarget target(last_words, deed);
  if (const auto started = target.start({.name = "script"}); !started) {
    ADD_FAILURE() << started.error().message;
    return {};
  }
  Case c;
  c.calls = {target.info().program.schema.usual()};
  RunOptions options;
  options.timeout_ms = timeout_ms;
  return target.run(std::vector<Case>{c}, options).value().front();
}

TEST(WorkerTarget, AWorkerThatDiesHasCrashedWhateverItsLastWords) {
  for (const std::string words : {"timeout", "closed"}) {
    const Observation o = observe("'" + words + "'", "os.abort()");
    EXPECT_EQ(o.end, RunEnd::kCrashed);
    EXPECT_EQ(o.end_detail, words + " (killed by signal 6 (Aborted))");
    EXPECT_TRUE(o.dirty);
  }
  EXPECT_EQ(observe("'bye'", "sys.exit(3)").end_detail, "bye (exit status 3)");
}

TEST(WorkerTarget, AWorkerThatHangsHasTimedOut) {
  const Observation o = observe("'closed'", "time.sleep(1000)", 300);
  EXPECT_EQ(o.end, RunEnd::kTimeout);
  EXPECT_EQ(o.end_detail, "no answer within 300 ms");
}

TEST(WorkerTarget, AFrameThatIsTooLargeIsNoTimeOut) {
  EXPECT_EQ(observe("'large'", "os.write(fd, bytes([255] * 4)); time.sleep(1000)").end, RunEnd::kCrashed);
}

TEST(WorkerTarget, LastWordsDoNotReachTheTerminalRaw) {
  EXPECT_EQ(observe(R"('\033]0;title\007red')", "os.abort()").end_detail,
            " ]0;title red (killed by signal 6 (Aborted))");
}

TEST(WorkerProcess, SaysWhyItCannotBeStarted) {
  const auto message = [](const std::vector<std::string>& arguments) {
    const auto started = WorkerProcess::start({arguments, {}});
    EXPECT_EQ(started.error().code, ErrorCode::kUnsupported);
    return started.error().message;
  };
  EXPECT_EQ(message({"/no/such/python"}), "/no/such/python: No such file or directory (exit status 127)");
  EXPECT_EQ(message({"/bin/sh", "-c", "echo no module; exit 1"}), "/bin/sh: no module (exit status 1)");
}

TEST(WorkerProcess, AHangingStartObeysInterrupts) {
  const auto begin = std::chrono::steady_clock::now();
  std::thread interrupts([] {
    usleep(200'000);
    interrupt_signal = SIGINT;
  });
  const auto started = WorkerProcess::start({{"/bin/sleep", "1000"}, {}});
  interrupts.join();
  interrupt_signal = 0;
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kInterrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Frames, SayWhyThereIsNone) {
  std::array<int, 2> sockets{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()), 0);
  const OwnedFd ours(sockets[0]);
  OwnedFd other(sockets[1]);
  EXPECT_EQ(worker_protocol::read_frame(ours.get(), 20).error(), FrameError::kTimedOut);
  interrupt_signal = SIGINT;
  EXPECT_EQ(worker_protocol::read_frame(ours.get(), 20).error(), FrameError::kInterrupted);
  interrupt_signal = 0;
  other.reset();
  EXPECT_EQ(worker_protocol::read_frame(ours.get(), 20).error(), FrameError::kClosed);
  EXPECT_EQ(worker_protocol::write_frame(ours.get(), std::array<std::uint8_t, 1>{}).error(), FrameError::kClosed);
}

}  // namespace
}  // namespace straylane
