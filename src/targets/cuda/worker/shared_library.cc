#include "targets/cuda/worker/shared_library.h"

#include <dlfcn.h>
#include <link.h>

namespace straylane {

SharedLibrary SharedLibrary::open(const std::string& name, std::string& loader_error) {
  SharedLibrary library;
  library.handle_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library.handle_ == nullptr) {
    const char* error = dlerror();
    loader_error = error == nullptr ? name + " cannot be opened" : error;
    return library;
  }
  link_map* map = nullptr;
  library.path_ = dlinfo(library.handle_, RTLD_DI_LINKMAP, &map) == 0 ? map->l_name : name;
  return library;
}

SharedLibrary::Symbol SharedLibrary::find(const char* name) {
  const Symbol found{handle_ == nullptr ? nullptr : dlsym(handle_, name)};
  if (found.address == nullptr && missing_ == nullptr) missing_ = name;
  return found;
}

}  // namespace straylane
