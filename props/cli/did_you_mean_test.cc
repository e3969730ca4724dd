#include "cli/did_you_mean.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace straylane {
namespace {

const std::vector<std::string> kVerbs = {"hunt",   "test",    "props",  "fuzz",    "status", "corpus", "minimize",
                                         "replay", "explain", "export", "promote", "doctor", "env",    "version"};

// Words of few letters are near each other, which random words are not.
rc::Gen<std::string> word() {
  return rc::gen::scale(0.15, rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c', '-')));
}

// Makes one mistake of a typist.
std::string mistyped(std::string text) {
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      text[at] = *rc::gen::inRange('a', '{');
      break;
    case 1:
      text.erase(at, 1);
      break;
    case 2:
      text.insert(at, 1, text[at]);
      break;
    default:
      if (at + 1 < text.size()) std::swap(text[at], text[at + 1]);
  }
  return text;
}

RC_GTEST_PROP(DidYouMean, TheDistanceIsAMetric, ()) {
  const std::string a = *word();
  const std::string b = *word();
  const std::string c = *word();
  RC_ASSERT((edit_distance(a, b) == 0) == (a == b));
  RC_ASSERT(edit_distance(a, b) == edit_distance(b, a));
  RC_ASSERT(edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c));
  RC_ASSERT(edit_distance(a, b) <= std::max(a.size(), b.size()));
}

RC_GTEST_PROP(DidYouMean, OneMistakeIsCorrected, ()) {
  const std::string meant = *rc::gen::elementOf(kVerbs);
  const std::string typed = mistyped(meant);
  RC_ASSERT(edit_distance(meant, typed) <= 1U);
  std::vector<std::string> far;  // from which the word is not one mistake away, too
  for (const std::string& verb : kVerbs) {
    if (verb == meant || edit_distance(typed, verb) > 1) far.push_back(verb);
  }
  RC_ASSERT(nearest(typed, far) == meant);
  RC_ASSERT(nearest_by_part(typed, {"the_" + meant + "_of_a_name"}).has_value());
  RC_ASSERT(edit_distance(typed, *nearest(typed, kVerbs)) <= 1U);
}

RC_GTEST_PROP(DidYouMean, WhatIsFarAwayIsNotSuggested, ()) {
  const std::string typed = *word();
  const auto candidates = *rc::gen::container<std::vector<std::string>>(word());
  const auto found = nearest(typed, candidates);
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(typed, candidate);
    const bool near = distance <= std::max<std::size_t>(1, typed.size() / 3);
    if (found) {
      RC_ASSERT(edit_distance(typed, *found) <= distance);
    } else {
      RC_ASSERT(typed.empty() || !near);
    }
  }
}

TEST(DidYouMean, KnownDistances) {
  EXPECT_EQ(edit_distance("hnut", "hunt"), 1U);
  EXPECT_EQ(edit_distance("ca", "abc"), 2U) << "3 if what was exchanged could not be edited again";
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(did_you_mean("hnut", kVerbs), "; did you mean \"hunt\"?");
  EXPECT_EQ(did_you_mean("nonsense", kVerbs), "");
  EXPECT_EQ(nearest_by_part("lunch-meets", {"same-case-same-trace", "launch-meets-every-oracle"}),
            "launch-meets-every-oracle");
}

}  // namespace
}  // namespace straylane
