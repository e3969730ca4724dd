#include "targets/cuda/worker/cubin.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {
namespace {

// nvJitLink has one code for each of its steps, whatever went wrong there. Its log tells the common mistakes apart.
BuildError::Kind kind_of(int result, const std::string& log) {
  const auto says = [&log](const char* text) { return log.find(text) != std::string::npos; };
  switch (result) {
    case nvjitlink_api::kPtxCompile:
      return says("Unresolved extern") ? BuildError::Kind::kUnresolvedSymbol : BuildError::Kind::kCompiler;
    case nvjitlink_api::kNvvmCompile:
      return says("multiply defined") ? BuildError::Kind::kDuplicateSymbol
             : says("parse ")         ? BuildError::Kind::kBrokenLtoIr
                                      : BuildError::Kind::kCompiler;
    case nvjitlink_api::kIncorrectInputType:
      return BuildError::Kind::kNotLtoIr;
    case nvjitlink_api::kArchMismatch:
      return BuildError::Kind::kNewerArchitecture;
    default:
      return BuildError::Kind::kCompiler;
  }
}

// Puts the result of a step and nvJitLink's log into one line. `at`: the part or function that the step was about.
BuildError link_error(const nvjitlink_api::Functions& f, nvjitlink_api::Handle handle, int result,
                      const std::string& at) {
  std::string log;
  std::size_t size = 0;
  if (handle != nullptr && f.get_error_log_size(handle, &size) == nvjitlink_api::kSuccess && size > 0) {
    log.resize(size);
    f.get_error_log(handle, log.data());
    log.resize(std::min(log.find('\0'), log.size()));
  }
  while (!log.empty() && log.back() == '\n') log.pop_back();
  std::replace(log.begin(), log.end(), '\n', ';');
  return {kind_of(result, log), fmt::format("{}: nvJitLink error {}{}{}", at, result, log.empty() ? "" : ": ", log)};
}

}  // namespace

tl::expected<Cubin, BuildError> link_cubin(const Toolkit& toolkit, const std::vector<LinkInput>& parts, int arch) {
  const nvjitlink_api::Functions& f = toolkit.nvjitlink;
  nvjitlink_api::Handle handle = nullptr;
  const auto check = [&](int result, const std::string& at) -> tl::expected<void, BuildError> {
    if (result == nvjitlink_api::kSuccess) return {};
    return tl::unexpected(link_error(f, handle, result, at));
  };
  const std::string arch_option = fmt::format("-arch=sm_{}", arch);
  const char* options[] = {"-lto", arch_option.c_str()};
  auto linked = check(f.create(&handle, 2, options), "nvJitLinkCreate");
  const auto destroy = [&f](nvjitlink_api::Handle* created) { f.destroy(created); };
  const std::unique_ptr<nvjitlink_api::Handle, decltype(destroy)> owner(handle ? &handle : nullptr, destroy);
  std::string names;
  for (const auto& [name, lto_ir] : parts) {
    if (!linked) break;
    linked = check(f.add_data(handle, nvjitlink_api::kLtoIr, lto_ir.data(), lto_ir.size(), name.c_str()), name);
    names += (names.empty() ? "" : " + ") + name;
  }
  Cubin cubin;
  std::size_t size = 0;
  return linked.and_then([&] { return check(f.complete(handle), names); })
      .and_then([&] { return check(f.get_linked_cubin_size(handle, &size), names); })
      .and_then([&] {
        cubin.resize(size);
        return check(f.get_linked_cubin(handle, cubin.data()), names);
      })
      .map([&] { return std::move(cubin); });
}

tl::expected<std::shared_ptr<const Cubin>, BuildError> CubinBuilder::build(int arch, const Define& define) {
  const Key key{arch, define};
  const auto known = std::find_if(cubins_.begin(), cubins_.end(), [&key](const auto& c) { return c.first == key; });
  if (known != cubins_.end()) {
    cubins_.splice(cubins_.begin(), cubins_, known);
    return cubins_.front().second;
  }
  ++made_;
  auto cubin = make(arch, define);
  if (!cubin) {
    ++failed_;
    return tl::unexpected(cubin.error());
  }
  cubins_.emplace_front(key, std::make_shared<const Cubin>(std::move(*cubin)));
  if (cubins_.size() > kCubinsMax) cubins_.pop_back();
  return cubins_.front().second;
}

tl::expected<const LtoIr*, BuildError> CubinBuilder::kernel_for(int arch, const Define& define) {
  if (program_.kernel_defined) kernels_.erase(arch);
  auto kernel = kernels_.find(arch);
  if (kernel == kernels_.end()) {
    const auto its_define = program_.kernel_defined ? std::optional(define) : std::nullopt;
    auto compiled = compile_lto_ir(toolkit_, program_.kernel, program_.header, arch, its_define);
    if (!compiled) return tl::unexpected(compiled.error());
    kernel = kernels_.emplace(arch, std::move(*compiled)).first;
  }
  return &kernel->second;
}

tl::expected<Cubin, BuildError> CubinBuilder::make(int arch, const Define& define) {
  const auto kernel = kernel_for(arch, define);
  if (!kernel) return tl::unexpected(kernel.error());
  if (program_.kernel_alone) return link_cubin(toolkit_, {{program_.kernel.name, **kernel}}, arch);
  const auto allocator = compile_lto_ir(toolkit_, program_.allocator, program_.header, arch, define);
  if (!allocator) return tl::unexpected(allocator.error());
  return link_cubin(toolkit_, {{program_.kernel.name, **kernel}, {program_.allocator.name, *allocator}}, arch);
}

}  // namespace straylane
