#include "domain/hash.h"

#include <gtest/gtest.h>

#include <string_view>

namespace straylane {
namespace {

std::uint64_t over_bytes(std::string_view text) {
  Hash hash;
  for (const char c : text) hash.step(static_cast<std::uint8_t>(c));
  return hash.value();
}

// The published values of FNV-1a with 64 bits.
TEST(HashTest, IsTheFunctionOfItsAuthors) {
  EXPECT_EQ(over_bytes(""), 0xcbf29ce484222325U);
  EXPECT_EQ(over_bytes("a"), 0xaf63dc4c8601ec8cU);
  EXPECT_EQ(over_bytes("foobar"), 0x85944171f73967e8U);
}

TEST(HashTest, TellsTextsFromTheirConcatenation) {
  const auto of = [](std::string_view a, std::string_view b) {
    Hash hash;
    hash.add(a);
    hash.add(b);
    return hash.value();
  };
  EXPECT_NE(of("ab", "c"), of("a", "bc"));
  EXPECT_NE(of("", "a"), of("a", ""));
  EXPECT_EQ(of("a", "b"), of("a", "b"));
}

TEST(HashTest, TheLineOfASiteDoesNotCount) {
  const auto of = [](const Site& site) {
    Hash hash;
    hash.add(site);
    return hash.value();
  };
  EXPECT_EQ(of({"a.py", "f", "x = 1", 0, 10}), of({"a.py", "f", "x = 1", 0, 11}));
  EXPECT_NE(of({"a.py", "f", "x = 1", 0, 10}), of({"a.py", "f", "x = 1", 1, 10}));
}

}  // namespace
}  // namespace straylane
