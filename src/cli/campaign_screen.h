#pragma once

#include <string>
#include <vector>

#include "campaign/fuzz_options.h"

namespace straylane {

// Renders the progress of a campaign as lines of at most `width` characters, the most important first. Adds up in one
// line the jobs for which `height` lines have no room.
std::vector<std::string> render_campaign(const FuzzStatus& status, std::size_t width, std::size_t height);

// Renders the same in one line, for use without a terminal.
std::string campaign_line(const FuzzStatus& status);

// Returns a duration such as "2d 03h", "8h 03m", "12m 05s" or "9s".
std::string clock_text(double seconds);

}  // namespace straylane
