#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/schedule.h"
#include "domain/schema.h"

namespace straylane {

// How fine the yield points of a controlled schedule are. kSwitch is what the real system can take; the finer ones
// invent schedules, so what they find "may be impossible".
enum class Granularity { kSwitch, kLine, kOpcode };

// What a recorded case was recorded on. A replay elsewhere compares `sites`, never versions: these are for people.
struct System {
  std::string python;    // version of the interpreter, "3.11.2"; empty for a target without one
  std::string software;  // what ran the program: "numba 0.56.4", "clang and LLVM 19.1.7, ORC"
  std::string path;      // of the interpreter, worker or library that it was found in

  bool operator==(const System&) const = default;
};

inline constexpr std::size_t kDataBytesMax = std::size_t{1} << 20;  // of Case::data

// A test case is the settings and the thread schedule together, as one value.
struct Case {
  std::string target;   // the target's name, such as "numba"; empty until it has been run or is said
  std::string program;  // what is under test, by the name of its program; empty: the target's own
  Granularity granularity = Granularity::kSwitch;
  std::vector<Settings> calls;      // of the program, in order; 1 to Schema::kCallsMax of them in a case that can run
  std::vector<std::uint8_t> data;   // what contents are made of, where the schema takes data; at most kDataBytesMax
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
