#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// A belief about the failures of a program, such as "the failing thread should have returned early". It is checked at
// each failure. Reports show the texts.
struct Hypothesis {
  std::string name;      // "stray lane"
  std::string fact;      // the hypothesis holds for a failure if this fact (Failure::facts) is not 0
  std::string question;  // "Is it a stray lane, a thread that ran on where it should have returned?"
  std::string holds;     // "a stray lane: it should have returned"
  std::string fails;     // "not a stray lane: it was meant to run"
  std::string counted;   // after "N of M failing runs": "had a failing thread that should have ended"

  bool operator==(const Hypothesis&) const = default;
};

// How often the hypothesis held over the failing runs of a search. For a finding, the census after the search counts
// too; all of those runs have the settings of the failure.
struct HypothesisCount {
  std::uint64_t failing = 0;
  std::uint64_t holding = 0;

  bool operator==(const HypothesisCount&) const = default;
};

// A program's hypothesis and the answer to it.
struct HypothesisCheck {
  Hypothesis hypothesis;
  HypothesisCount count;

  bool operator==(const HypothesisCheck&) const = default;
};

}  // namespace straylane
