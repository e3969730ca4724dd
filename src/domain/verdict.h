#pragma once

#include <optional>
#include <string>

#include "domain/thread_id.h"

namespace straylane {

enum class VerdictKind { kPass, kFail, kDiscard, kUnsupported, kHarnessError };
const char* to_string(VerdictKind kind);

// What an oracle holds against a run.
struct Failure {
  std::string oracle;              // e.g. "no-exception"
  std::string exception_type;      // empty where no exception is involved
  std::string message;             // in the system's own words where it has some
  std::string function;            // innermost function, empty where unknown
  std::optional<ThreadId> thread;  // the failing thread
  std::int64_t thread_index = -1;  // its global CUDA thread index, -1 where unknown
  std::int64_t n_threads = -1;     // of the launch that failed
  bool stray = false;              // thread_index >= n_threads: it should have returned

  bool operator==(const Failure&) const = default;
};

struct Verdict {
  VerdictKind kind = VerdictKind::kPass;
  std::optional<Failure> failure;  // kFail only
  std::string reason;              // kDiscard, kUnsupported, kHarnessError: why

  bool operator==(const Verdict&) const = default;
};

// Failures that are the same to a person: oracle, exception type, message with indexes, numbers and addresses stripped,
// innermost function. No line numbers. `bucket_of` gives the folder name: a slug and 8 hex digits.
std::string normalise_message(const std::string& message);
std::string bucket_of(const Failure& failure);

}  // namespace straylane
