#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string>

#include "domain/case.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"

namespace straylane {

inline const Schema& factory_schema() { return factory_program().schema; }

// A case of the factory kernel's schema, for the stub target.
inline Case make_case(const std::string& program, FactorySettings settings, Schedule schedule = SearchForm{}) {
  Case c;
  c.target = "stub";
  c.program = program;
  c.calls = {settings};
  c.schedule = std::move(schedule);
  return c;
}

inline DrawnForm sticky(std::uint64_t seed) { return {.strategy = DrawnStrategy::kSticky, .seed = seed}; }
inline DrawnForm pct(std::uint64_t seed, std::uint32_t depth, std::uint32_t steps_expected) {
  return {.strategy = DrawnStrategy::kPct, .seed = seed, .depth = depth, .steps_expected = steps_expected};
}

// Settings with at most 12 threads that do something.
inline rc::Gen<FactorySettings> small_settings() {
  return rc::gen::exec([] {
    const auto array_size = *rc::gen::inRange<std::int64_t>(1, 13);
    return FactorySettings{.array_size = array_size,
                           .buffer_size = *rc::gen::inRange<std::int64_t>(1, 9),
                           .n_threads = *rc::gen::inRange<std::int64_t>(0, array_size + 1),
                           .block_size = *rc::gen::element<std::int64_t>(1, 2, 3, 8, 32)};
  });
}

inline rc::Gen<Schedule> unrecorded_schedule() {
  return rc::gen::exec([]() -> Schedule {
    const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        return sticky(seed);
      case 1:
        return pct(seed, *rc::gen::inRange<std::uint32_t>(1, 5), 100);
      default: {
        SearchForm preemptions;
        const int count = *rc::gen::inRange(0, 5);
        for (int i = 0; i < count; ++i) {
          preemptions.push_back({*rc::gen::inRange<std::uint32_t>(0, 40), *rc::gen::inRange<std::uint32_t>(0, 40)});
        }
        return preemptions;
      }
    }
  });
}

}  // namespace straylane
