#pragma once

#include <string>

namespace straylane {

// "numba/cuda/simulator/kernelapi.py" -> "kernelapi.py"
inline std::string short_file(const std::string& file) { return file.substr(file.find_last_of('/') + 1); }

// At most `width` characters, the cut marked.
inline std::string cut(std::string text, std::size_t width) {
  if (text.size() > width) text = text.substr(0, width - 3) + "...";
  return text;
}

}  // namespace straylane
