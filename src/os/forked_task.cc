#include "os/forked_task.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "os/interrupt.h"

namespace straylane {
namespace {

constexpr int kNice = 10;
constexpr int kCannotWrite = 125;
constexpr std::size_t kTextBytesMax = 1 << 20;

int send_whole(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(Child::kSocket, text.data(), text.size());
    if (n < 0 && errno != EINTR) return kCannotWrite;
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace

Expected<ForkedTask> ForkedTask::start(const std::function<std::string()>& run, std::chrono::seconds time_max) {
  const auto run_and_send = [&run] {
    interrupt_signal = 0;
    return send_whole(run());
  };
  auto child = Child::call(run_and_send, {.channel = ChildSetup::Channel::kSocket, .nice = kNice});
  if (!child) return tl::unexpected(child.error());
  ForkedTask task;
  task.child_ = std::move(*child);
  task.time_max_ = time_max;
  task.deadline_ = std::chrono::steady_clock::now() + time_max;
  return task;
}

bool ForkedTask::advance() {
  if (child_.pid() == 0) return true;
  const bool ended = child_.ended();
  child_.read_available(kTextBytesMax, [this](std::string_view text) {
    if (text_.size() < kTextBytesMax) text_ += text;
  });
  if (!ended) {
    if (std::chrono::steady_clock::now() < deadline_) return false;
    child_.kill();
    result_ = make_error(ErrorCode::kInternal, fmt::format("took longer than {} s", time_max_.count()));
  } else if (child_.end().shell_status() == 0) {
    result_ = std::move(text_);
  } else {
    result_ = make_error(ErrorCode::kInternal, child_.end().text());
  }
  return true;
}

}  // namespace straylane
