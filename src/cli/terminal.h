#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace straylane {

// Whether verdicts are coloured on the stream with that descriptor. It must be a terminal, the variable TERM must not
// be "dumb", and NO_COLOR must be unset or empty (https://no-color.org).
bool has_colour(int fd);

// Colours the verdicts of a text of whole lines, if they are coloured on that stream.
std::string with_colour(int fd, const std::string& text);

// Prints what a verb has found, or a part of it, on stdout.
void print_result(const std::string& text);

// Shows on stderr what the program is doing. On a terminal, a status line or a screen of several lines is drawn again
// in its place; elsewhere there is a plain line now and then. With `quiet` nothing is shown.
class Terminal {
 public:
  // Renders a screen of at most `width` columns for a terminal of `height` lines.
  using Render = std::function<std::vector<std::string>(std::size_t width, std::size_t height)>;

  explicit Terminal(bool quiet);
  ~Terminal() { clear(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Prints a line that stays. A screen stays below it; a status line does not, because it may be out of date.
  void say(const std::string& line);
  // Replaces the status line.
  void status(const std::string& line);
  // Replaces the screen. Without a terminal, says `plain` if no such line was said for `interval`.
  void show(const Render& render, const std::string& plain, std::chrono::seconds interval);
  // Removes the status line or screen, but not the lines that were said.
  void clear();

 private:
  void draw(const std::vector<std::string>& lines);

  bool quiet_;
  bool is_terminal_;
  std::vector<std::string> shown_;
  std::chrono::steady_clock::time_point plain_said_ = std::chrono::steady_clock::now();
};

}  // namespace straylane
