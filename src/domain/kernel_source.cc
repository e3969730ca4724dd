#include "domain/kernel_source.h"

#include "domain/case.h"

namespace straylane {

bool is_kernel_program(std::string_view program) {
  return program.size() > kKernelSuffix.size() && program.ends_with(kKernelSuffix);
}

std::string kernel_program(std::string_view path) {
  std::string name(path.substr(path.find_last_of('/') + 1));
  if (!is_kernel_program(name)) return {};
  if (name.size() > kNameLengthMax) name.erase(0, name.size() - kNameLengthMax);
  for (std::size_t i = 0; i < name.size(); ++i) {  // a leading character has its own rule
    const std::string one = i == 0 ? name.substr(0, 1) : "a" + name.substr(i, 1);
    if (!is_name(one)) name[i] = '_';
  }
  return name;
}

}  // namespace straylane
