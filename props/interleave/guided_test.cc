#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <utility>
#include <vector>

#include "props/cases.h"
#include "props/stub_target.h"
#include "run/run_case.h"

namespace straylane {
namespace {

RunOptions traced(Guide guide) { return {.trace = true, .steps_max = 3'000, .guide = std::move(guide)}; }

RunResult run(Target& target, const Case& c, Guide guide = {}) {
  auto result = run_case(target, c, traced(std::move(guide)));
  RC_ASSERT(result.has_value());
  return *result;
}

Case any_case() {
  const auto program = *rc::gen::element<std::string>("swap-race", "swap-locked", "lost-update", "deadlock");
  return make_case(program, *small_settings(), *unrecorded_schedule());
}

// The stretch that begins at each step of a trace.
std::vector<Stretch> stretches_of(const Observation& run) {
  std::map<std::pair<ThreadId, std::uint32_t>, std::uint32_t> visits;
  std::vector<Stretch> stretches;
  for (const Step& step : run.trace) {
    stretches.push_back({step.thread, run.sites[step.site], ++visits[{step.thread, step.site}]});
  }
  return stretches;
}

// The step at which a stretch is over: its thread's next step, or the size of the trace if it never begins.
std::size_t over_at(const Observation& run, const std::vector<Stretch>& stretches, const Stretch& wanted) {
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    if (!(stretches[i] == wanted)) continue;
    for (std::size_t k = i + 1; k < run.trace.size(); ++k) {
      if (run.trace[k].thread == wanted.thread) return k;
    }
  }
  return run.trace.size();
}

// The step at which it begins. Its thread may be chosen some steps after it has come there.
std::size_t begins_at(const Observation& run, const std::vector<Stretch>& stretches, const Stretch& wanted) {
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    if (!(stretches[i] == wanted)) continue;
    for (std::size_t k = i; k < run.trace.size(); ++k) {
      if (run.trace[k].next == wanted.thread) return k;
    }
  }
  return run.trace.size();
}

RC_GTEST_PROP(Guided, ThePrefixIsTheRunItWasTakenFrom, ()) {
  StubTarget target;
  const RunResult first = run(target, any_case());
  const auto yields = *rc::gen::inRange<std::size_t>(0, first.observation.trace.size() + 1);
  Case continued = first.recorded;
  continued.schedule = sticky(*rc::gen::inRange<std::uint64_t>(0, 1'000));
  const RunResult again = run(target, continued, {first.observation.choices, yields, {}});
  RC_ASSERT(again.observation.end != RunEnd::kRefused);
  for (std::size_t i = 0; i < yields; ++i) {
    RC_ASSERT(again.observation.trace[i].thread == first.observation.trace[i].thread);
    RC_ASSERT(again.observation.trace[i].yield == first.observation.trace[i].yield);
    RC_ASSERT(again.observation.trace[i].next == first.observation.trace[i].next);
  }
  // The recorded form repeats the run without a guide.
  RC_ASSERT(run(target, again.recorded).observation.trace == again.observation.trace);
}

RC_GTEST_PROP(Guided, WhatIsNotRefusedKeepsTheOrdering, ()) {
  StubTarget target;
  const Case c = any_case();
  const Observation some = run(target, c).observation;
  const std::vector<Stretch> stretches = stretches_of(some);
  const Stretch first = *rc::gen::elementOf(stretches);
  const Stretch second = *rc::gen::elementOf(stretches);
  RC_PRE(!(first.thread == second.thread) && !first.thread.is_main() && !second.thread.is_main());
  Case other = c;
  other.schedule = *unrecorded_schedule();
  const Observation held = run(target, other, {{}, 0, {{first, second}}}).observation;
  RC_PRE(held.end == RunEnd::kCompleted);
  const auto met = stretches_of(held);
  const std::size_t begins = begins_at(held, met, second);
  // If the launch raised, the remaining threads are drained, and no strategy is asked.
  RC_PRE(held.launches.size() == 1 && !held.launches[0].raised);
  if (begins < held.trace.size()) RC_ASSERT(over_at(held, met, first) <= begins);
}

TEST(Guided, OrderingsThatCannotHoldAreRefused) {
  StubTarget target;
  const Case c = make_case("lost-update", {2, 1, 2, 2});
  const Observation some = run_case(target, c, {.trace = true})->observation;
  std::map<ThreadId, std::vector<Stretch>> by_thread;
  for (const Stretch& s : stretches_of(some)) by_thread[s.thread].push_back(s);
  const auto& a = by_thread[{0, 0}];
  const auto& b = by_thread[{0, 1}];
  ASSERT_GT(a.size(), 3U);
  const auto result = run_case(target, c, traced({{}, 0, {{a[2], b[1]}, {b[2], a[1]}}}));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->observation.end, RunEnd::kRefused);
  EXPECT_NE(result->observation.end_detail.find("cannot all hold"), std::string::npos)
      << result->observation.end_detail;
}

}  // namespace
}  // namespace straylane
