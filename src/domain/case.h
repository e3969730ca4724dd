#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule.h"
#include "domain/settings.h"

namespace straylane {

// How fine the yield points of a controlled schedule are. kSwitch is what the real system can take; the finer ones
// invent schedules, so what they find "may be impossible".
enum class Granularity { kSwitch, kLine, kOpcode };

// What a recorded case was recorded on. A replay elsewhere compares `sites`, never versions: these are for people.
struct System {
  std::string python;  // "3.11.2"; empty for a target without an interpreter
  std::string numba;   // "numba 0.56.4" or "numba-cuda 0.30.4"
  std::string path;    // of the interpreter

  bool operator==(const System&) const = default;
};

// A test case is the launch settings and the thread schedule together, as one value.
struct Case {
  std::string target = "numba";
  std::string program = "factory";  // what is launched: the factory kernel, or a planted program of its name
  Granularity granularity = Granularity::kSwitch;
  std::vector<Settings> launches = std::vector<Settings>(1);  // the default ones
  Schedule schedule = SearchForm{};
  System system;            // empty until the case has been run
  std::vector<Site> sites;  // distinct sites in the order of their first visit; empty until recorded

  bool operator==(const Case&) const = default;
};

// What a target or a program may be called; such names become parts of file names: 1 to kNameLengthMax letters, digits,
// '_', '-' and '.', the first neither '-' nor '.'.
inline constexpr std::size_t kNameLengthMax = 64;
bool is_name(std::string_view text);

// Granularity and strategy names as they stand in JSON and on the command line.
const char* to_string(Granularity granularity);
const char* to_string(DrawnStrategy strategy);
const char* to_string(Maker maker);
Expected<Granularity> parse_granularity(std::string_view text);
Expected<DrawnStrategy> parse_drawn_strategy(std::string_view text);
Expected<Maker> parse_maker(std::string_view text);

}  // namespace straylane
