#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "campaign/fuzz_options.h"

namespace straylane {

// The progress of a campaign as lines of at most `width` characters, the one that says most first; workers beyond what
// `height` has room for are added up in one line.
std::vector<std::string> render_campaign(const FuzzStatus& status, std::size_t width, std::size_t height);

// The same in one line, for where there is no terminal.
std::string campaign_line(const FuzzStatus& status);

// "8h 03m", "12m 05s", "9s"
std::string clock_text(double seconds);

// Shows a campaign on stderr: on a terminal one screen that is drawn over, with what is said above it; else a line every
// 10 s, then every minute. Nothing where `quiet`.
class CampaignScreen {
 public:
  explicit CampaignScreen(bool quiet);
  ~CampaignScreen() { clear(); }

  void say(const std::string& line);
  void show(const FuzzStatus& status);
  void clear();  // the screen goes, what was said stays

 private:
  bool quiet_;
  bool is_terminal_;
  std::vector<std::string> shown_;
  std::chrono::steady_clock::time_point next_line_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace straylane
