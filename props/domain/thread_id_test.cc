#include "domain/thread_id.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace straylane {
namespace {

TEST(ThreadIdTest, OrderIsThatOfTheDefaultRule) {
  EXPECT_LT((ThreadId{0, 5}), (ThreadId{1, 0}));
  EXPECT_LT((ThreadId{1, 0}), (ThreadId{1, 1}));
  EXPECT_LT((ThreadId{1000, 1000}), ThreadId::main());
}

RC_GTEST_PROP(ThreadIdTest, RoundTrips, ()) {
  const ThreadId thread{*rc::gen::inRange<std::int32_t>(0, INT32_MAX), *rc::gen::inRange<std::int32_t>(0, INT32_MAX)};
  RC_ASSERT(parse_thread_id(to_string(thread)) == thread);
}

TEST(ThreadIdTest, EveryThreadHasOneName) {
  EXPECT_EQ(parse_thread_id("m"), ThreadId::main());
  EXPECT_EQ(parse_thread_id("0:0"), (ThreadId{0, 0}));
  for (const char* text :
       {"",     "M",    "m ",   "0",    ":",    "0:",   ":0",    "0:0 ",         " 0:0",
        "+0:0", "-0:0", "0:-0", "0:-1", "00:0", "0:01", "0:0:0", "0:2147483647", "0:99999999999999999999",
        "m:0",  "0x0:0"}) {
    const auto thread = parse_thread_id(text);
    ASSERT_FALSE(thread) << text;
    EXPECT_EQ(thread.error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace straylane
