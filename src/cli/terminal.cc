#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "report/report_text.h"

namespace straylane {
namespace {

constexpr std::size_t kColumnsMax = 110;
// A line that fills the terminal would wrap, also when the terminal shows a typed Ctrl-C as "^C" at its end. What has
// wrapped is not removed.
constexpr std::size_t kColumnsKept = 3;

// A word that begins a line, after `before`.
struct VerdictWord {
  std::string_view before;
  std::string_view word;
  std::string_view colour;
};
constexpr std::string_view kBoldRed = "\033[1;31m";
constexpr std::string_view kGreen = "\033[32m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kNoColour = "\033[0m";
constexpr std::string_view kOnStock = "stock interpreter, stock simulator, real threads: ";
constexpr VerdictWord kVerdictWords[] = {
    {"", "FINDING", kBoldRed},       {"", "nothing found", kGreen},
    {"", "straylane:", kBoldRed},  // begins an error
    {"  ", "confirmed", kGreen},     {"  ", "NOT confirmed", kYellow},
    {kOnStock, "confirmed", kGreen}, {kOnStock, "not confirmed", kYellow},
};

std::string coloured(std::string_view line) {
  for (const auto& [before, word, colour] : kVerdictWords) {
    if (!line.starts_with(before) || !line.substr(before.size()).starts_with(word)) continue;
    return fmt::format("{}{}{}{}{}", before, colour, word, kNoColour, line.substr(before.size() + word.size()));
  }
  return std::string(line);
}

}  // namespace

bool has_colour(int fd) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  return isatty(fd) != 0 && variable("TERM") != "dumb" && variable("NO_COLOR").empty();
}

std::string with_colour(int fd, const std::string& text) {
  if (!has_colour(fd)) return text;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    result += coloured(std::string_view(text).substr(at, end - at));
    if (end < text.size()) result += '\n';
    at = end + 1;
  }
  return result;
}

void print_result(const std::string& text) { fmt::print("{}", with_colour(STDOUT_FILENO, text)); }

Terminal::Terminal(bool quiet) : quiet_(quiet), is_terminal_(isatty(STDERR_FILENO) != 0) {}

void Terminal::clear() {
  if (shown_.size() > 1) fmt::print(stderr, "\033[{}A", shown_.size() - 1);
  if (!shown_.empty()) fmt::print(stderr, "\r\033[J");
  shown_.clear();
}

void Terminal::draw(const std::vector<std::string>& lines) {
  clear();
  fmt::print(stderr, "{}", fmt::join(lines, "\n"));
  std::fflush(stderr);
  shown_ = lines;
}

void Terminal::say(const std::string& line) {
  if (quiet_) return;
  const auto below = shown_;
  clear();
  fmt::print(stderr, "{}\n", with_colour(STDERR_FILENO, line));
  if (below.size() > 1) draw(below);
}

void Terminal::status(const std::string& line) {
  show([&](std::size_t width, std::size_t) { return std::vector{first_characters(line, width)}; }, line,
       std::chrono::seconds(10));
}

void Terminal::show(const Render& render, const std::string& plain, std::chrono::seconds interval) {
  if (quiet_) return;
  if (is_terminal_) {
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > kColumnsKept && size.ws_row > 0;
    return draw(known ? render(std::min<std::size_t>(size.ws_col - kColumnsKept, kColumnsMax), size.ws_row)
                      : render(80 - kColumnsKept, 24));
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - plain_said_ < interval) return;
  plain_said_ = now;
  say(plain);
}

}  // namespace straylane
