#pragma once

#include <string>

namespace straylane {

// A library that was opened with dlopen. It stays in the process for good, because neither the compiler's libraries nor
// the driver promise to survive dlclose.
class SharedLibrary {
 public:
  // The address of an exported function; converts to whatever type of function pointer it is assigned to.
  struct Symbol {
    void* address;

    template <class Function>
    operator Function*() const {
      return reinterpret_cast<Function*>(address);
    }
  };

  SharedLibrary() = default;  // no library

  // Opens `name`, which is a path, or a file name for the loader's search path. Returns no library if that fails, and
  // sets `loader_error` to the reason.
  static SharedLibrary open(const std::string& name, std::string& loader_error);

  explicit operator bool() const { return handle_ != nullptr; }
  const std::string& path() const { return path_; }  // of the file that the loader found

  // Looks up an exported function. The result is null if the library does not have it.
  Symbol find(const char* name);
  // The first name that `find` did not find; null if all were found.
  const char* missing() const { return missing_; }

 private:
  void* handle_ = nullptr;
  std::string path_;
  const char* missing_ = nullptr;
};

}  // namespace straylane
