#include "codec/sha1.h"

#include <gtest/gtest.h>

#include <string_view>

namespace straylane {
namespace {

std::string sha1(std::string_view text) {
  return sha1_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(Sha1, KnownAnswers) {
  EXPECT_EQ(sha1(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(sha1(std::string(1'000'000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

}  // namespace
}  // namespace straylane
