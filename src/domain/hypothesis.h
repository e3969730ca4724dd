#pragma once

#include <cstdint>
#include <string>

namespace straylane {

// A belief about the failures of a program that is checked at each of them, such as "the failing thread should have
// returned early". The texts stand in reports.
struct Hypothesis {
  std::string name;      // "stray lane"
  std::string fact;      // a fact of a failure (Failure::facts); the hypothesis holds for it where that is not 0
  std::string question;  // "Is it a stray lane, a thread that ran on where it should have returned?"
  std::string holds;     // "a stray lane: it should have returned"
  std::string fails;     // "not a stray lane: it was meant to run"
  std::string counted;   // after "N of M failing runs": "had a failing thread that should have ended"

  bool operator==(const Hypothesis&) const = default;
};

// How often it held over the failing runs of a search; for a finding also of the census after it, all at the settings of
// the failure.
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
