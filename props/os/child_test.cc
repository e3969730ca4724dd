// Child processes: how they end, what they leave, and that nothing of them remains in this process.

#include "os/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "os/files.h"
#include "os/interrupt.h"
#include "os/owned_fd.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLong{20'000};

Child sh(const std::string& script, const ChildSetup& setup = {}) {
  return Child::exec({.arguments = {"/bin/sh", "-c", script}}, setup).value();
}

// Gives what a program writes on standard output and error.
std::string output_of(const ChildProgram& program, const ChildSetup& setup = {}) {
  Child child = Child::exec(program, setup).value();
  EXPECT_TRUE(child.wait(kLong));
  std::string text;
  child.read_available(1 << 20, [&](std::string_view more) { text += more; });
  EXPECT_EQ(child.channel(), -1);
  return text;
}

bool eventually(const std::function<bool()>& holds) {
  for (const auto deadline = Clock::now() + kLong; Clock::now() < deadline; usleep(5'000)) {
    if (holds()) return true;
  }
  return false;
}

bool is_running(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.at(name_end + 2) != 'Z';
}

pid_t pid_in(const fs::path& file) {
  pid_t pid = 0;
  eventually([&] { return static_cast<bool>(std::ifstream(file) >> pid); });
  return pid;
}

std::ptrdiff_t open_files() { return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()); }

TEST(ChildEnd, IsTold) {
  EXPECT_EQ((ChildEnd{.exit_status = 1}).text(), "exit status 1");
  EXPECT_EQ((ChildEnd{.signal = SIGKILL}).text(), "killed by signal 9 (Killed)");
  EXPECT_EQ((ChildEnd{.exit_status = 3}).shell_status(), 3);
  EXPECT_EQ((ChildEnd{.signal = SIGSEGV}).shell_status(), 139);
}

TEST(Child, EndsByItselfOrBySignal) {
  Child exits = sh("exit 7");
  EXPECT_TRUE(exits.wait(kLong));
  EXPECT_EQ(exits.end().text(), "exit status 7");
  EXPECT_EQ(exits.pid(), 0);
  EXPECT_TRUE(exits.ended());
  Child crashes = sh("kill -SEGV $$");
  EXPECT_TRUE(crashes.wait(kLong));
  EXPECT_EQ(crashes.end().signal, SIGSEGV);
  Child asked = sh("exec sleep 1000");
  EXPECT_FALSE(asked.ended());
  EXPECT_FALSE(asked.wait(milliseconds(20)));
  asked.signal(SIGTERM);
  EXPECT_TRUE(asked.wait(kLong));
  EXPECT_EQ(asked.end().signal, SIGTERM);
  Child killed = sh("exec sleep 1000");
  killed.kill();
  EXPECT_EQ(killed.end().text(), "killed by signal 9 (Killed)");
  killed.kill();  // harmless once reaped
  killed.signal(SIGTERM);
}

TEST(Child, CallsAFunctionOfOurs) {
  Child child = Child::call([] { return getpgrp() == getpid() ? 42 : 1; }, {}).value();
  EXPECT_TRUE(child.wait(kLong));
  EXPECT_EQ(child.end().exit_status, 42);
  Child throws = Child::call([]() -> int { throw std::runtime_error("ours"); }, {}).value();
  EXPECT_TRUE(throws.wait(kLong));
  EXPECT_EQ(throws.end().exit_status, 126);
}

TEST(Child, IsThePollableProcess) {
  Child child = sh("sleep 0.2");
  if (child.pidfd() < 0) GTEST_SKIP() << "no pidfd_open before Linux 5.3";
  pollfd waiting{child.pidfd(), POLLIN, 0};
  EXPECT_EQ(poll(&waiting, 1, 0), 0);
  EXPECT_EQ(poll(&waiting, 1, static_cast<int>(kLong.count())), 1);
  EXPECT_TRUE(child.ended());
  EXPECT_EQ(child.pidfd(), -1);
}

TEST(Child, TakesItsGroupWithIt) {
  const TemporaryFolder folder;
  const std::string script = "sleep 1000 & echo $! > " + (folder.path() / "pid").string() + "; ";
  Child killed = sh(script + "wait");
  const pid_t grandchild = pid_in(folder.path() / "pid");
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(is_running(grandchild));
  killed.kill();
  EXPECT_TRUE(eventually([&] { return !is_running(grandchild); }));
  Child ends = sh(script + "exit 0");
  EXPECT_TRUE(ends.wait(kLong));
  EXPECT_EQ(ends.end().exit_status, 0);
  const pid_t left = pid_in(folder.path() / "pid");
  EXPECT_TRUE(eventually([&] { return !is_running(left); }));
}

TEST(Child, DiesWithItsParentUnlessItMayNot) {
  for (const bool dies : {true, false}) {
    const TemporaryFolder folder;
    const fs::path file = folder.path() / "pid";
    const pid_t parent = fork();
    if (parent == 0) {
      const Child child = sh("echo $$ > " + file.string() + "; exec sleep 1000", {.dies_with_parent = dies});
      for (;;) pause();
    }
    const pid_t child = pid_in(file);
    ASSERT_GT(child, 0);
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
    if (dies) {
      EXPECT_TRUE(eventually([&] { return !is_running(child); }));
    } else {
      usleep(100'000);
      EXPECT_TRUE(is_running(child));
      kill(child, SIGKILL);
    }
  }
}

TEST(Child, LeavesNothingHere) {
  const auto before = open_files();
  pid_t pid = 0;
  for (int i = 0; i < 20; ++i) {
    Child running = sh("exec sleep 1000");
    pid = running.pid();
    Child moved = std::move(running);
    EXPECT_EQ(running.pid(), 0);
    EXPECT_EQ(moved.pid(), pid);
    Child ended = sh("exit 0");
    EXPECT_TRUE(ended.wait(kLong));
    ended = sh("exec sleep 1000");
  }
  EXPECT_EQ(kill(pid, 0), -1) << "not even a zombie";
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  EXPECT_EQ(open_files(), before);
}

TEST(Child, HasOnlyTheFilesItIsGiven) {
  const OwnedFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const OwnedFd ours(fcntl(null.get(), F_DUPFD, 40));  // not closed on exec
  const std::string script = "for fd in 0 1 2 3 40; do [ -e /proc/$$/fd/$fd ] && echo $fd; done";
  EXPECT_EQ(output_of({.arguments = {"sh", "-c", script}}), "0\n1\n2\n");
  const auto check = [&] { return fcntl(Child::kSocket, F_GETFD) == 0 && fcntl(ours.get(), F_GETFD) < 0 ? 0 : 1; };
  Child called = Child::call(check, {.channel = ChildSetup::Channel::kSocket}).value();
  EXPECT_TRUE(called.wait(kLong));
  EXPECT_EQ(called.end().exit_status, 0);
}

TEST(Child, TalksThroughItsSocket) {
  const OwnedFd log(memfd_create("log", MFD_CLOEXEC));
  Child child = Child::exec({.arguments = {"sh", "-c", "read line <&3; echo got $line >&3; echo said; exit 4"}},
                            {.channel = ChildSetup::Channel::kSocket, .output = log.get()})
                    .value();
  std::string text;
  child.read_available(100, [&](std::string_view more) { text += more; });
  EXPECT_EQ(text, "") << "it does not wait";
  EXPECT_EQ(write(child.channel(), "it\n", 3), 3);
  EXPECT_TRUE(child.wait(kLong));
  EXPECT_EQ(child.end().exit_status, 4);
  child.read_available(100, [&](std::string_view more) { text += more; });
  EXPECT_EQ(text, "got it\n");
  EXPECT_EQ(child.channel(), -1);
  std::string said(5, ' ');
  EXPECT_EQ(pread(log.get(), said.data(), said.size(), 0), 5);
  EXPECT_EQ(said, "said\n");
}

TEST(Child, HasItsFolderItsEnvironmentAndItsLimits) {
  const TemporaryFolder folder;
  setenv("STRAYLANE_CHILD_TEST", "ours", 1);
  const auto output = [&](const std::string& script) {
    return output_of({.arguments = {"sh", "-c", script},
                      .environment = {{"STRAYLANE_CHILD_TEST", "its own"}, {"STRAYLANE_CHILD_NEW", "new"}},
                      .folder = folder.path().string()},
                     {.ignored_signals = {SIGINT}, .nice = 3, .address_space_max = 1 << 30});
  };
  EXPECT_EQ(output("pwd"), fs::canonical(folder.path()).string() + "\n");
  EXPECT_EQ(output("echo $STRAYLANE_CHILD_TEST $STRAYLANE_CHILD_NEW $HOME"),
            std::string("its own new ") + getenv("HOME") + "\n");
  EXPECT_EQ(output("env | grep -c STRAYLANE_CHILD_TEST"), "1\n");
  EXPECT_EQ(output("ulimit -v; nice"), "1048576\n" + std::to_string(getpriority(PRIO_PROCESS, 0) + 3) + "\n");
  EXPECT_EQ(output("kill -INT $$; echo ignored; kill -TERM $$; echo not"), "ignored\n");
  unsetenv("STRAYLANE_CHILD_TEST");
}

TEST(Child, CanBeInterruptedWhateverWeIgnore) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  const auto action = signal(SIGINT, SIG_IGN);
  for (const int number : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    Child child = sh("echo $$ > " + (folder.path() / "pid").string() + "; exec sleep 1000");
    pid_in(folder.path() / "pid");  // a signal before exec finds it as we are
    child.signal(number);
    EXPECT_TRUE(child.wait(kLong));
    EXPECT_EQ(child.end().signal, number);
  }
  signal(SIGINT, action);
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST(Child, SaysThatAProgramCannotBeRun) {
  EXPECT_EQ(output_of({.arguments = {"/there/is/no/such"}}), "/there/is/no/such: No such file or directory\n");
  EXPECT_EQ(output_of({.arguments = {"no-such-program"}}), "no-such-program: No such file or directory\n");
  const ChildResult result = run_child({"no-such-program"}, "", 10);
  EXPECT_EQ(result.status, 127);
  EXPECT_EQ(result.output, "no-such-program: No such file or directory\n");
}

TEST(RunChild, GivesStatusAndOutput) {
  const ChildResult result = run_child({"sh", "-c", "echo one; echo two >&2; exit 3"}, "/", 20);
  EXPECT_EQ(result.status, 3);
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.output, "one\ntwo\n");
  EXPECT_EQ(run_child({"sh", "-c", "kill -9 $$"}, "", 20).status, 137);
  const auto much = run_child({"sh", "-c", "head -c 3000000 /dev/zero; echo end"}, "", 20);
  EXPECT_EQ(much.output.size(), ChildResult::kOutputMax);
  EXPECT_TRUE(much.output.ends_with("end\n"));
}

// A background process keeps the pipe open, either in the child's group or in a group of its own.
TEST(RunChild, DoesNotWaitForGrandchildren) {
  for (const std::string in_background : {"sleep 30", "setsid sleep 30"}) {
    const auto start = Clock::now();
    const ChildResult result = run_child({"sh", "-c", in_background + " & sleep 0.1; echo FAILED; exit 1"}, "", 20);
    EXPECT_LT(Clock::now() - start, seconds(10)) << in_background;
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.output, "FAILED\n");
  }
}

TEST(RunChild, EndsWhenItsTimeIsUpOrWeAreInterrupted) {
  // The child has closed its output but runs on: the end of the stream is not the end of the child.
  const ChildResult late = run_child({"sh", "-c", "echo begun; exec sleep 30 >&- 2>&-"}, "", 0.5);
  EXPECT_TRUE(late.timed_out);
  EXPECT_EQ(late.output, "begun\n");
  EXPECT_EQ(late.status, 137);
  interrupt_signal = SIGINT;
  EXPECT_TRUE(run_child({"sleep", "30"}, "", 20).timed_out);
  interrupt_signal = 0;
}

}  // namespace
}  // namespace straylane
