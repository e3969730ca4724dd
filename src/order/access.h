#pragma once

namespace straylane {

// What an access to memory does; travels from device code to the runtime as a number.
enum class Access : unsigned {
  kRead = 0,
  kWrite = 1,
  kAtomic = 2,
  kCopy = 3,  // reads to write elsewhere: memory that was never written may be copied, such as padding
};

inline bool writes(Access access) { return access == Access::kWrite || access == Access::kAtomic; }
const char* to_string(Access access);

}  // namespace straylane
