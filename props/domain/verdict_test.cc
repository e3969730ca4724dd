#include "domain/verdict.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace straylane {
namespace {

TEST(NormaliseMessage, StripsIndexesNumbersAndAddressesOnly) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", ""},
      {"module 'numba.cuda' has no attribute 'local'", "module 'numba.cuda' has no attribute 'local'"},
      {"output[3] is 0.5, must be 1", "output[#] is #, must be #"},
      {"<object at 0x7f3a10>", "<object at #>"},
      {"tid=[1 0 0] ctaid=[12 0 0]", "tid=[# # #] ctaid=[# # #]"},
      {"float32 and x86_64 stay", "float32 and x86_64 stay"},
      {"1e-5 of 10", "#-# of #"},
      {"version 3.11.2.", "version #."},
  };
  for (const auto& [message, expected] : rows) EXPECT_EQ(normalise_message(message), expected);
}

RC_GTEST_PROP(NormaliseMessage, IsIdempotent, (const std::string& message)) {
  const std::string once = normalise_message(message);
  RC_ASSERT(normalise_message(once) == once);
}

RC_GTEST_PROP(NormaliseMessage, DoesNotDependOnTheNumber, (std::uint32_t a, std::uint32_t b)) {
  const auto message = [](std::uint32_t n) {
    return "thread " + std::to_string(n) + " wrote output[" + std::to_string(n) + "]";
  };
  RC_ASSERT(normalise_message(message(a)) == normalise_message(message(b)));
}

Failure known_failure() {
  Failure failure;
  failure.oracle = "no-exception";
  failure.exception_type = "AttributeError";
  failure.message = "module 'numba.cuda' has no attribute 'local'";
  failure.function = "allocate";
  return failure;
}

// People and scripts look folders up by name, so the names must not change by accident.
TEST(BucketOf, IsASlugAndEightHexDigits) {
  EXPECT_EQ(bucket_of(known_failure()), "attributeerror-module-numba-cuda-has-no-attribute-local-bbe0d378");
}

TEST(BucketOf, ThreadFactsAndNumbersDoNotCount) {
  Failure one = known_failure();
  one.message = "output[3] is 0";
  Failure other = one;
  other.message = "output[12] is 7";
  other.thread = ThreadId{0, 4};
  other.facts = {{"stray", 1}};
  other.rule = "No thread ends with an exception.";
  EXPECT_EQ(bucket_of(one), bucket_of(other));
}

TEST(BucketOf, OracleTypeMessageAndFunctionCount) {
  const std::string bucket = bucket_of(known_failure());
  for (auto field : {&Failure::oracle, &Failure::exception_type, &Failure::message, &Failure::function}) {
    Failure other = known_failure();
    other.*field += "x";
    EXPECT_NE(bucket_of(other), bucket);
  }
}

RC_GTEST_PROP(BucketOf, IsFitForAFolderName, (const std::string& oracle, const std::string& message)) {
  Failure failure;
  failure.oracle = oracle;
  failure.message = message;
  const std::string bucket = bucket_of(failure);
  const auto only = [](std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == std::string_view::npos;
  };
  RC_ASSERT(bucket.size() >= 9 && bucket.size() <= 64 + 9);
  RC_ASSERT(only(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-"));
  RC_ASSERT(bucket[bucket.size() - 9] == '-');
  RC_ASSERT(only(std::string_view(bucket).substr(bucket.size() - 8), "0123456789abcdef"));
  RC_ASSERT(bucket_of(failure) == bucket_of(failure));
}

}  // namespace
}  // namespace straylane
