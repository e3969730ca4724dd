#pragma once

#include <string>
#include <type_traits>

namespace straylane {

// A library that was opened with dlopen. It stays in the process for good: neither the compiler's libraries nor the
// driver promise to survive dlclose.
class SharedLibrary {
 public:
  SharedLibrary() = default;  // none

  // `name` is a file name, looked for in the loader's path, or a path. None where it is not there; why is
  // `loader_error`.
  static SharedLibrary open(const std::string& name, std::string& loader_error);

  explicit operator bool() const { return handle_ != nullptr; }
  const std::string& path() const { return path_; }  // of the file, as the loader found it

  // Sets `function` to the exported function of that name. False, and nullptr, where there is none.
  template <class Function>
  bool find(const char* name, Function*& function) const {
    static_assert(std::is_function_v<Function>);
    function = reinterpret_cast<Function*>(symbol(name));
    return function != nullptr;
  }

 private:
  void* symbol(const char* name) const;

  void* handle_ = nullptr;
  std::string path_;
};

}  // namespace straylane
