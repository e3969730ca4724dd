#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace straylane {
namespace {

constexpr auto kPlainInterval = std::chrono::seconds(10);

}  // namespace

Terminal::Terminal(bool quiet) : quiet_(quiet), is_terminal_(isatty(STDERR_FILENO) != 0) {}

void Terminal::clear_status() {
  if (status_shown_) fmt::print(stderr, "\r\033[K");
  status_shown_ = false;
}

void Terminal::say(const std::string& line) {
  if (quiet_) return;
  clear_status();
  fmt::print(stderr, "{}\n", line);
}

void Terminal::status(const std::string& line) {
  if (quiet_) return;
  if (is_terminal_) {
    fmt::print(stderr, "\r\033[K{}", line.substr(0, 110));
    std::fflush(stderr);
    status_shown_ = true;
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - plain_said_ < kPlainInterval) return;
  plain_said_ = now;
  say(line);
}

}  // namespace straylane
