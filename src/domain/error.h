#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace straylane {

// What kind of thing went wrong. Each kind has one exit code (src/os/exit_code.h).
enum class ErrorCode {
  kUsage,            // the command line asks for something that does not exist
  kMalformed,        // input that cannot be read: JSON, token, bytes
  kOutOfRange,       // a setting outside its bound
  kUnsupported,      // a target, interpreter or package is missing
  kRefused,          // a recorded schedule met another site than it was recorded at
  kNotReproducible,  // a case that no longer fails
  kStorage,          // a file that cannot be read or written
  kInterrupted,      // SIGINT, SIGTERM or SIGHUP
  kInternal,         // our own bug, or a worker process that broke its protocol
};

// An expected failure: a code for programs and one line for people. `message` names the place: the file, the JSON path,
// or the field with its value and its bound. If a source does not compile, each compiler error is a line of its own.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
using Expected = tl::expected<T, Error>;

// Puts the value of `result` into `into`, or gives the error.
template <class T, class Into>
Expected<void> assign(Into& into, Expected<T> result) {
  return std::move(result).map([&into](T&& value) { into = std::move(value); });
}

inline tl::unexpected<Error> make_error(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace straylane
