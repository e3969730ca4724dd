#include "cli/did_you_mean.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace straylane {
namespace {

constexpr std::size_t kWordLengthMax = 200;  // longer words get no suggestion: the distance takes quadratic time

std::size_t distance_max(const std::string& word) { return std::max<std::size_t>(1, word.size() / 3); }

// Returns the smallest distance of `word` to a part of `text` that has about the length of `word`.
std::size_t distance_to_part(const std::string& word, std::string_view text) {
  const std::size_t slack = distance_max(word);
  const std::size_t shortest = word.size() > slack ? word.size() - slack : 1;
  std::size_t smallest = edit_distance(word, text);
  for (std::size_t length = shortest; length <= std::min(word.size() + slack, text.size()); ++length) {
    for (std::size_t at = 0; at + length <= text.size(); ++at) {
      smallest = std::min(smallest, edit_distance(word, text.substr(at, length)));
    }
  }
  return smallest;
}

template <class Distance>
std::optional<std::string> nearest_by(const std::string& word, const std::vector<std::string>& candidates,
                                      const Distance& distance) {
  if (word.empty() || word.size() > kWordLengthMax) return std::nullopt;
  std::optional<std::string> found;
  std::size_t smallest = distance_max(word) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t d = distance(word, candidate);
    if (d >= smallest) continue;
    smallest = d;
    found = candidate;
  }
  return found;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // cell(i, j) is the distance of the first i - 1 characters of `a` to the first j - 1 of `b`. Row and column 0 are
  // larger than any distance, so that an exchange never uses a character from before the words.
  const std::size_t columns = b.size() + 2;
  const std::size_t never = a.size() + b.size() + 1;
  std::vector<std::size_t> cells((a.size() + 2) * columns, never);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& { return cells[i * columns + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) cell(i + 1, 1) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cell(1, j + 1) = j;
  std::array<std::size_t, 256> last_row{};  // in which `a` had each character; 0: not yet
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t last_column = 0;  // in which `b` had the character of this row
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t row = last_row[static_cast<unsigned char>(b[j - 1])];
      const std::size_t column = last_column;
      const bool same = a[i - 1] == b[j - 1];
      if (same) last_column = j;
      const std::size_t exchanged = cell(row, column) + (i - row - 1) + 1 + (j - column - 1);
      const std::size_t edited = std::min(cell(i + 1, j) + 1, cell(i, j + 1) + 1);
      cell(i + 1, j + 1) = std::min({cell(i, j) + (same ? 0 : 1), edited, exchanged});
    }
    last_row[static_cast<unsigned char>(a[i - 1])] = i;
  }
  return cell(a.size() + 1, b.size() + 1);
}

std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& candidates) {
  return nearest_by(word, candidates, edit_distance);
}

std::optional<std::string> nearest_by_part(const std::string& word, const std::vector<std::string>& candidates) {
  return nearest_by(word, candidates, distance_to_part);
}

std::string suggestion(const std::optional<std::string>& candidate) {
  return candidate ? fmt::format("; did you mean \"{}\"?", *candidate) : "";
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  return suggestion(nearest(word, candidates));
}

}  // namespace straylane
