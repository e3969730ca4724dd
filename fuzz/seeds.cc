#include "fuzz/seeds.h"

#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

Case with(FactorySettings settings, Schedule schedule = SearchForm{}) {
  Case c;
  c.calls = {settings};
  c.schedule = std::move(schedule);
  return c;
}

}  // namespace

std::vector<Case> seed_cases() {
  const ThreadId first{0, 0};
  const ThreadId second{0, 1};
  Case two_calls = with({2, 1, 2, 2});
  two_calls.calls.push_back(FactorySettings{3, 5, 1, 32});
  return {
      with({}),              // the defaults
      with({10, 5, 0, 32}),  // n_threads at its edges
      with({10, 5, 1, 32}),
      with({10, 5, 10, 32}),
      with({1, 1, 1, 1}),                      // the smallest launch
      with({2, 1, 2, 2}),                      // the smallest with two threads
      with({33, 5, 32, 32}),                   // one more than a block
      with({4, 1'024, 3, 1}),                  // one thread per block
      with({2, 1, 2, 2}, SearchForm{{0, 0}}),  // preempted at once
      with({2, 1, 2, 2}, SearchForm{{5, 0}, {3, 1}}),
      with({3, 1, 3, 4}, SearchForm{{2, 1}, {40, 0}, {300, 2}}),  // a gap of more than a byte
      with({2, 1, 2, 2}, RecordedForm{{first, 2, second, {}}, {second, 3, first, {}}}),
      two_calls,
  };
}

}  // namespace straylane
