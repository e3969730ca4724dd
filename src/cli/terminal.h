#pragma once

#include <chrono>
#include <string>

namespace straylane {

// What the program says while it works, on stderr: a status line that is rewritten in place on a terminal, and a plain
// line every ten seconds elsewhere. Nothing with `quiet`.
class Terminal {
 public:
  explicit Terminal(bool quiet);
  ~Terminal() { clear_status(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void say(const std::string& line);
  void status(const std::string& line);

 private:
  void clear_status();

  bool quiet_;
  bool is_terminal_;
  bool status_shown_ = false;
  std::chrono::steady_clock::time_point plain_said_ = std::chrono::steady_clock::now();
};

}  // namespace straylane
