// The sites of a recorded case are found again after code was added to the source, and missed after one was removed.

#include "run/site_check.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace straylane {
namespace {

// Gives `count` different sites. Another `first` gives others.
std::vector<Site> sites(std::size_t count, std::size_t first = 0) {
  std::vector<Site> list(count);
  for (std::size_t i = 0; i < count; ++i) {
    list[i].file = "kernel.py";
    list[i].function = "kernel";
    list[i].statement = "statement " + std::to_string(first + i);
  }
  return list;
}

std::size_t below(std::size_t bound) { return *rc::gen::inRange<std::size_t>(0, bound); }

RC_GTEST_PROP(SiteCheck, AddedSitesArePassedOver, ()) {
  const std::vector<Site> recorded = sites(below(10));
  std::vector<Site> met = recorded;
  for (const Site& added : sites(below(5), 100)) {
    met.insert(met.begin() + static_cast<std::ptrdiff_t>(below(met.size() + 1)), added);
  }
  RC_ASSERT(!first_difference(recorded, met));
}

RC_GTEST_PROP(SiteCheck, ALostSiteIsNamedWithWhatStandsThere, ()) {
  const std::vector<Site> recorded = sites(1 + below(10));
  std::vector<Site> met = recorded;
  const std::size_t lost = below(met.size());
  met[lost] = sites(1, 100).front();
  const auto difference = first_difference(recorded, met);
  RC_ASSERT(difference.has_value());
  RC_ASSERT(difference->find("\"" + recorded[lost].statement + "\"") != std::string::npos);
  RC_ASSERT(difference->find("\"" + met[lost].statement + "\"") != std::string::npos);
  met.erase(met.begin() + static_cast<std::ptrdiff_t>(lost));
  RC_ASSERT(first_difference(recorded, met).has_value());
}

RC_GTEST_PROP(SiteCheck, AnotherOrderIsAnotherRun, ()) {
  const std::vector<Site> recorded = sites(2 + below(9));
  std::vector<Site> met = recorded;
  const std::size_t first = below(met.size() - 1);
  std::swap(met[first], met[first + 1 + below(met.size() - first - 1)]);
  RC_ASSERT(first_difference(recorded, met).has_value());
}

}  // namespace
}  // namespace straylane
