#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace straylane {

// What kind of thing went wrong. Each has one exit code (see src/os/exit_code.h).
enum class ErrorCode {
  kUsage,            // the command line asks for something that does not exist
  kMalformed,        // input that cannot be read: JSON, token, bytes
  kOutOfRange,       // a setting outside its bound
  kUnsupported,      // a target, interpreter or package that is not there
  kRefused,          // a recorded schedule met another site than it was recorded at
  kNotReproducible,  // a case that no longer fails
  kStorage,          // a file that cannot be read or written
  kInterrupted,      // SIGINT, SIGTERM or SIGHUP
  kInternal,         // a mistake of ours, or a worker process that broke its protocol
};

// An expected failure: a code for programs and one line for people. `message` names the place: the file, the JSON
// path, the field with its value and its bound. Of a source that does not compile, each further error has a line.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
using Expected = tl::expected<T, Error>;

inline tl::unexpected<Error> make_error(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace straylane
