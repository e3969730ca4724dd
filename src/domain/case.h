#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule.h"
#include "domain/schema.h"

namespace straylane {

// How close together the yield points of a controlled schedule are. A real system can take every kSwitch schedule. The
// finer granularities also make schedules that no real system takes, so what they find "may be impossible".
enum class Granularity { kSwitch, kLine, kOpcode };

// The system that a case was recorded on. It is shown to people; a replay elsewhere compares `sites`, never versions.
struct System {
  std::string python;    // version of the interpreter, "3.11.2"; empty for a target without one
  std::string software;  // what ran the program: "numba 0.56.4", "clang and LLVM 19.1.7, ORC"
  std::string path;      // of the interpreter, worker or library that it was found in

  bool operator==(const System&) const = default;
};
// "numba 0.56.4, Python 3.11.2 at /usr/bin/python3"; a target without an interpreter has no Python part.
std::string describe(const System& system);

inline constexpr std::size_t kDataBytesMax = std::size_t{1} << 20;  // of Case::data

// A test case is the settings and the thread schedule together, as one value.
struct Case {
  std::string target;   // the target's name, such as "numba"; empty until the case has run or a target is chosen
  std::string program;  // name of the program under test; empty means the target's own program
  Granularity granularity = Granularity::kSwitch;
  std::vector<Settings> calls;     // one per call of the program, in order; a runnable case has 1 to Schema::kCallsMax
  std::vector<std::uint8_t> data;  // bytes from which the program makes contents, if the schema takes data
  Schedule schedule = SearchForm{};
  System system;            // empty until the case has been run
  std::vector<Site> sites;  // distinct sites in the order of their first visit; empty until recorded

  bool operator==(const Case&) const = default;
};

// Whether `c` is a letter or a digit of ASCII, whatever the locale.
constexpr bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
// Whether a target or a program may have this name. Names become parts of file names, so a name is 1 to kNameLengthMax
// letters, digits, '_', '-' and '.', and does not begin with '-' or '.'.
inline constexpr std::size_t kNameLengthMax = 64;
bool is_name(std::string_view text);

// The names that JSON and the command line use.
const char* to_string(Granularity granularity);
const char* to_string(DrawnStrategy strategy);
const char* to_string(Maker maker);
Expected<Granularity> parse_granularity(std::string_view text);
Expected<DrawnStrategy> parse_drawn_strategy(std::string_view text);
Expected<Maker> parse_maker(std::string_view text);

}  // namespace straylane
