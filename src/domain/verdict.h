#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/thread_id.h"

namespace straylane {

enum class VerdictKind { kPass, kFail, kDiscard, kUnsupported, kHarnessError };
const char* to_string(VerdictKind kind);

// A number that a program adds to a failure, for people and for its hypothesis (domain/hypothesis.h).
struct Fact {
  std::string name;
  std::int64_t value = 0;

  bool operator==(const Fact&) const = default;
};

// What an oracle holds against a run.
struct Failure {
  std::string oracle;              // e.g. "no-exception"
  std::string rule = {};           // what the oracle demands, a sentence: "No thread ends with an exception."
  std::string exception_type = {}; // empty where no exception is involved
  std::string message = {};        // in the system's own words where it has some
  std::string function = {};       // innermost function, empty where unknown
  std::optional<ThreadId> thread = std::nullopt;  // the failing thread
  std::vector<Fact> facts = {};    // of the program, in its order
  // What a stock system says where it fails alike; empty where that is the message without its numbers.
  std::string on_stock = {};

  // The value of a fact; nothing where the failure has none of that name.
  std::optional<std::int64_t> fact(std::string_view name) const {
    for (const Fact& f : facts) {
      if (f.name == name) return f.value;
    }
    return std::nullopt;
  }

  bool operator==(const Failure&) const = default;
};

struct Verdict {
  VerdictKind kind = VerdictKind::kPass;
  std::optional<Failure> failure;  // kFail only
  std::string reason;              // kDiscard, kUnsupported, kHarnessError: why

  bool operator==(const Verdict&) const = default;
};

// "TYPE: MESSAGE", or the message alone where no exception is involved.
std::string exception_text(const Failure& failure);

// Failures that are the same to a person: oracle, exception type, message with indexes, numbers and addresses stripped,
// innermost function. No line numbers. `bucket_of` gives the folder name: a slug and 8 hex digits.
std::string normalise_message(const std::string& message);
std::string bucket_of(const Failure& failure);

}  // namespace straylane
