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

// What an oracle finds wrong with a run.
struct Failure {
  std::string oracle;               // e.g. "no-exception"
  std::string rule = {};            // what the oracle demands, as a sentence: "No thread ends with an exception."
  std::string exception_type = {};  // empty if no exception is involved
  std::string message = {};         // in the system's own words if it has any
  std::string function = {};        // innermost function; empty if unknown
  std::optional<ThreadId> thread = std::nullopt;  // the failing thread
  std::vector<Fact> facts = {};                   // in the order of the program
  // What a stock system says if it fails in the same way. Empty if that is the message without its numbers.
  std::string on_stock = {};

  // The value of the fact called `name`; nothing if the failure has no such fact.
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
  std::string reason;              // why, for kDiscard, kUnsupported and kHarnessError

  bool operator==(const Verdict&) const = default;
};

// "TYPE: MESSAGE", or only the message if no exception is involved.
std::string exception_text(const Failure& failure);

// Replaces each index, number and address in a message by '#'.
std::string normalise_message(const std::string& message);

// The bucket of a failure, which is also the name of its folder: a slug and 8 hex digits. Failures that a person would
// call the same share a bucket: they have the same oracle, exception type, normalised message and innermost function.
// Line numbers do not count.
std::string bucket_of(const Failure& failure);

}  // namespace straylane
