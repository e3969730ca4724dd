#include "targets/cuda/worker/cubin.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {
namespace {

// nvJitLink has one code for what is wrong in each of its steps; its log tells the common mistakes apart.
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

// A link in progress.
class NvJitLink {
 public:
  NvJitLink(const nvjitlink_api::Functions& functions, int arch) : functions_(functions) {
    const std::string arch_option = fmt::format("-arch=sm_{}", arch);
    const char* options[] = {"-lto", arch_option.c_str()};
    created_ = functions_.create(&handle_, 2, options);
  }
  NvJitLink(const NvJitLink&) = delete;
  NvJitLink& operator=(const NvJitLink&) = delete;
  ~NvJitLink() {
    if (handle_ != nullptr) functions_.destroy(&handle_);
  }

  int created() const { return created_; }
  int add(const LinkInput& part) {
    return functions_.add_data(handle_, nvjitlink_api::kLtoIr, part.lto_ir.data(), part.lto_ir.size(),
                               part.name.c_str());
  }
  int complete() { return functions_.complete(handle_); }
  int cubin(Cubin& into) {
    std::size_t size = 0;
    if (const int result = functions_.get_linked_cubin_size(handle_, &size); result != 0) return result;
    into.resize(size);
    return functions_.get_linked_cubin(handle_, into.data());
  }

  // What nvJitLink says of `result`, in one line.
  BuildError error(int result, const std::string& at) const {
    std::string log;
    std::size_t size = 0;
    if (handle_ != nullptr && functions_.get_error_log_size(handle_, &size) == 0 && size > 0) {
      log.resize(size);
      functions_.get_error_log(handle_, log.data());
      log.resize(std::min(log.find('\0'), log.size()));
    }
    while (!log.empty() && log.back() == '\n') log.pop_back();
    std::replace(log.begin(), log.end(), '\n', ';');
    return {
        kind_of(result, log), fmt::format("{}: nvJitLink error {}{}{}", at, result, log.empty() ? "" : ": ", log), {}};
  }

 private:
  const nvjitlink_api::Functions& functions_;
  nvjitlink_api::Handle handle_ = nullptr;
  int created_ = nvjitlink_api::kSuccess;
};

}  // namespace

tl::expected<Cubin, BuildError> link_cubin(const Toolkit& toolkit, const std::vector<LinkInput>& parts, int arch) {
  NvJitLink link(toolkit.nvjitlink(), arch);
  if (link.created() != nvjitlink_api::kSuccess) return tl::unexpected(link.error(link.created(), "nvJitLinkCreate"));
  std::string names;
  for (const LinkInput& part : parts) {
    if (const int added = link.add(part); added != nvjitlink_api::kSuccess) {
      return tl::unexpected(link.error(added, part.name));
    }
    names += (names.empty() ? "" : " + ") + part.name;
  }
  if (const int linked = link.complete(); linked != nvjitlink_api::kSuccess) {
    return tl::unexpected(link.error(linked, names));
  }
  Cubin cubin;
  if (const int got = link.cubin(cubin); got != nvjitlink_api::kSuccess) return tl::unexpected(link.error(got, names));
  return cubin;
}

}  // namespace straylane
