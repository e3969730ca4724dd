#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace straylane {

// Which word a user may have meant that Straylane does not know.

// Returns the Damerau-Levenshtein distance: how many characters must be inserted, removed, changed or exchanged with
// their neighbour to make `a` from `b`. It is a metric, because what was exchanged may be edited again (Lowrance and
// Wagner, "An Extension of the String-to-String Correction Problem", JACM 22, 1975).
std::size_t edit_distance(std::string_view a, std::string_view b);

// Returns the candidate with the smallest distance to `word`, the first one of several. Returns nothing if that
// distance is more than a third of the word's length; one mistake is always allowed.
std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& candidates);

// Returns the candidate that has the nearest part to `word`, for words that are looked for inside names.
std::optional<std::string> nearest_by_part(const std::string& word, const std::vector<std::string>& candidates);

// Returns the end of a message about an unknown word: `; did you mean "hunt"?`. Empty without such a candidate.
std::string suggestion(const std::optional<std::string>& candidate);
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace straylane
