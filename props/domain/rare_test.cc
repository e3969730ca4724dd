#include "domain/rare.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace straylane {
namespace {

struct Counted {
  static inline int alive = 0;

  explicit Counted(std::string text) : value(std::move(text)) { ++alive; }
  Counted(const Counted& other) : value(other.value) { ++alive; }
  Counted(Counted&& other) noexcept : value(std::move(other.value)) { ++alive; }
  ~Counted() { --alive; }
  bool operator==(const Counted&) const = default;

  std::string value;
};

TEST(Rare, IsOnePointerWideAndEmptyAtFirst) {
  static_assert(sizeof(Rare<std::string>) == sizeof(void*));
  EXPECT_FALSE(Rare<std::string>());
  EXPECT_EQ(Rare<std::string>(), Rare<std::string>());
}

TEST(Rare, CopiesAreDeepAndComparedByValue) {
  const Rare<std::string> one(std::string("one"));
  Rare<std::string> copy = one;
  EXPECT_EQ(copy, one);
  EXPECT_NE(&*copy, &*one);
  copy = std::string("other");
  EXPECT_EQ(*one, "one");
  EXPECT_FALSE(copy == one);
  EXPECT_FALSE(copy == Rare<std::string>());
  copy = Rare<std::string>();
  EXPECT_FALSE(copy);
}

TEST(Rare, WhatIsMovedFromIsEmptyAndNothingIsLeft) {
  {
    Rare<Counted> from(Counted("x"));
    Rare<Counted> to = std::move(from);
    EXPECT_FALSE(from);  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(to->value, "x");
    const Rare<Counted>& itself = to;
    to = itself;
    EXPECT_EQ(to->value, "x");
    EXPECT_EQ(Counted::alive, 1);
  }
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace straylane
