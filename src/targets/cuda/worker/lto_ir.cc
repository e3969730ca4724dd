#include "targets/cuda/worker/lto_ir.h"

#include <fmt/format.h>

#include <memory>

namespace straylane {
namespace {

BuildError compile_error(const nvrtc_api::Functions& nvrtc, nvrtc_api::Program program, const CudaSource& source) {
  std::string log;
  std::size_t size = 0;
  if (nvrtc.get_program_log_size(program, &size) == nvrtc_api::kSuccess && size > 0) {
    log.resize(size);
    nvrtc.get_program_log(program, log.data());
    log.pop_back();  // the terminating zero
  }
  BuildError error{BuildError::Kind::kCompile, "", errors_in_nvrtc_log(log)};
  error.message = error.diagnostics.empty()
                      ? fmt::format("{} does not compile: {}", source.name, log.substr(0, log.find('\n')))
                      : to_string(error.diagnostics);
  return error;
}

// Compiles `source` and fetches the code with `get_size` and `get`.
template <class Code>
tl::expected<Code, BuildError> compile(const nvrtc_api::Functions& nvrtc, const CudaSource& source,
                                       const CudaSource& header, std::vector<std::string> options,
                                       const std::optional<Define>& define,
                                       int (*get_size)(nvrtc_api::Program, std::size_t*),
                                       int (*get)(nvrtc_api::Program, char*)) {
  options.push_back("-std=c++17");
  if (define) options.push_back(fmt::format("-D{}={}", define->name, define->value));
  if (!source.folder.empty()) options.push_back("--include-path=" + source.folder);
  std::vector<const char*> pointers;
  for (const std::string& option : options) pointers.push_back(option.c_str());
  const auto error = [&](int result) {
    return tl::unexpected(BuildError{BuildError::Kind::kCompiler,
                                     fmt::format("{}: {} ({})", source.name, nvrtc.get_error_string(result), result)});
  };

  nvrtc_api::Program program = nullptr;
  const char* text = header.text.c_str();
  const char* name = header.name.c_str();
  int result = nvrtc.create_program(&program, source.text.c_str(), source.name.c_str(), 1, &text, &name);
  if (result != nvrtc_api::kSuccess) return error(result);
  const auto destroy = [&nvrtc](nvrtc_api::Program* created) { nvrtc.destroy_program(created); };
  const std::unique_ptr<nvrtc_api::Program, decltype(destroy)> owner(&program, destroy);

  result = nvrtc.compile_program(program, static_cast<int>(pointers.size()), pointers.data());
  if (result == nvrtc_api::kCompilation) return tl::unexpected(compile_error(nvrtc, program, source));
  std::size_t size = 0;
  if (result == nvrtc_api::kSuccess) result = get_size(program, &size);
  Code code(size, '\0');
  if (result == nvrtc_api::kSuccess) result = get(program, code.data());
  if (result != nvrtc_api::kSuccess) return error(result);
  return code;
}

}  // namespace

tl::expected<LtoIr, BuildError> compile_lto_ir(const Toolkit& toolkit, const CudaSource& source,
                                               const CudaSource& header, int arch,
                                               const std::optional<Define>& define) {
  const nvrtc_api::Functions& nvrtc = toolkit.nvrtc;
  return compile<LtoIr>(nvrtc, source, header, {fmt::format("-arch=sm_{}", arch), "-dlto"}, define,
                        nvrtc.get_lto_ir_size, nvrtc.get_lto_ir);
}

tl::expected<std::string, BuildError> compile_ptx(const Toolkit& toolkit, const CudaSource& source,
                                                  const CudaSource& header, int arch, const Define& define) {
  const nvrtc_api::Functions& nvrtc = toolkit.nvrtc;
  return compile<std::string>(nvrtc, source, header, {fmt::format("-arch=compute_{}", arch), "-rdc=true"}, define,
                              nvrtc.get_ptx_size, nvrtc.get_ptx);
}

}  // namespace straylane
