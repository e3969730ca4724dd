#include "explain/turns.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

const ThreadId kLane{0, 0};

// The launching thread starts one that waits for an event: before the call (site 0), in it (site 1).
Observation observation_of(std::vector<Step> trace) {
  Observation o;
  o.end = RunEnd::kDeadlock;
  o.sites = {{"k.py", "kernel", "s.event.wait()", 0, 3, "enter"},
             {"k.py", "kernel", "s.event.wait()", 1, 3, "call"},
             {"k.py", "launch", "t.start()", 0, 9, "call"}};
  o.trace = std::move(trace);
  return o;
}

TEST(Turns, AThreadThatBlocksIsHeldInFrontOfTheCall) {
  const Turns turns = turns_of(observation_of({{ThreadId::main(), 2, 1, Step::Kind::kPreempted, kLane},
                                               {kLane, 0, 1, Step::Kind::kGoOn, kLane},
                                               {kLane, 1, 2, Step::Kind::kBlocked, ThreadId::main()}}));
  EXPECT_EQ(turns.order, (std::vector<ThreadId>{ThreadId::main(), kLane, ThreadId::main()}));
  ASSERT_EQ(turns.holds.at(kLane).size(), 1U);
  EXPECT_EQ(turns.places.at(turns.holds.at(kLane)[0].place).kind, "enter");
  EXPECT_EQ(turns.holds.at(kLane)[0].visit, 1U);
}

// A real thread is already at that place. A second hold would wait for a visit that does not come.
TEST(Turns, ATurnFromInFrontOfACallIntoItsWaitIsNone) {
  const Turns turns = turns_of(observation_of({{ThreadId::main(), 2, 1, Step::Kind::kPreempted, kLane},
                                               {kLane, 0, 1, Step::Kind::kPreempted, ThreadId::main()},
                                               {ThreadId::main(), 2, 2, Step::Kind::kPreempted, kLane},
                                               {kLane, 1, 2, Step::Kind::kBlocked, ThreadId::main()},
                                               {ThreadId::main(), 2, 3, Step::Kind::kGoOn, ThreadId::main()}}));
  EXPECT_EQ(turns.order, (std::vector<ThreadId>{ThreadId::main(), kLane, ThreadId::main(), ThreadId::main()}));
  ASSERT_EQ(turns.holds.at(kLane).size(), 1U);
  EXPECT_EQ(turns.holds.at(kLane)[0].turn, 1U);
}

}  // namespace
}  // namespace straylane
