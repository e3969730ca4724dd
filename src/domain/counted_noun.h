#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// "1 launch", "2 launches". The plural adds "es" after ch, sh, s and x, and "s" after anything else.
inline std::string counted_noun(std::uint64_t count, std::string noun) {
  if (count != 1) {
    const bool hisses = noun.ends_with("ch") || noun.ends_with("sh") || noun.ends_with('s') || noun.ends_with('x');
    noun += hisses ? "es" : "s";
  }
  return std::to_string(count) + " " + noun;
}

}  // namespace straylane
