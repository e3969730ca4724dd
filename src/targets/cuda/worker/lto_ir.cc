#include "targets/cuda/worker/lto_ir.h"

#include <fmt/format.h>

#include "targets/cuda/worker/nvrtc_log.h"

namespace straylane {
namespace {

// A program of NVRTC: its source, what is said of it and what became of it.
class NvrtcProgram {
 public:
  NvrtcProgram(const nvrtc_api::Functions& nvrtc, const CudaSource& source, const CudaSource& header) : nvrtc_(nvrtc) {
    const char* text = header.text.c_str();
    const char* name = header.name.c_str();
    created_ = nvrtc_.create_program(&program_, source.text.c_str(), source.name.c_str(), 1, &text, &name);
  }
  NvrtcProgram(const NvrtcProgram&) = delete;
  NvrtcProgram& operator=(const NvrtcProgram&) = delete;
  ~NvrtcProgram() {
    if (created_ == nvrtc_api::kSuccess) nvrtc_.destroy_program(&program_);
  }

  int compile(const std::vector<std::string>& options) {
    if (created_ != nvrtc_api::kSuccess) return created_;
    std::vector<const char*> pointers;
    for (const std::string& option : options) pointers.push_back(option.c_str());
    return nvrtc_.compile_program(program_, static_cast<int>(pointers.size()), pointers.data());
  }

  std::string log() const {
    std::size_t size = 0;
    if (created_ != nvrtc_api::kSuccess || nvrtc_.get_program_log_size(program_, &size) != 0 || size == 0) return {};
    std::string log(size, '\0');
    nvrtc_.get_program_log(program_, log.data());
    log.resize(size - 1);  // ends with a zero
    return log;
  }

  int lto_ir(LtoIr& into) const {
    std::size_t size = 0;
    if (const int result = nvrtc_.get_lto_ir_size(program_, &size); result != nvrtc_api::kSuccess) return result;
    into.resize(size);
    return nvrtc_.get_lto_ir(program_, into.data());
  }

  int ptx(std::string& into) const {
    std::size_t size = 0;
    if (const int result = nvrtc_.get_ptx_size(program_, &size); result != nvrtc_api::kSuccess) return result;
    into.resize(size);
    return nvrtc_.get_ptx(program_, into.data());
  }

 private:
  const nvrtc_api::Functions& nvrtc_;
  nvrtc_api::Program program_ = nullptr;
  int created_ = nvrtc_api::kSuccess;
};

BuildError named(const nvrtc_api::Functions& nvrtc, const CudaSource& source, int result) {
  return {
      BuildError::Kind::kCompiler, fmt::format("{}: {} ({})", source.name, nvrtc.get_error_string(result), result), {}};
}

BuildError compile_error(const CudaSource& source, const std::string& log) {
  BuildError error{BuildError::Kind::kCompile, "", errors_in_nvrtc_log(log)};
  error.message = error.diagnostics.empty()
                      ? fmt::format("{} does not compile: {}", source.name, log.substr(0, log.find('\n')))
                      : to_string(error.diagnostics);
  return error;
}

tl::expected<void, BuildError> compile(const Toolkit& toolkit, NvrtcProgram& program, const CudaSource& source,
                                       std::vector<std::string> options, const std::optional<Define>& define) {
  options.push_back("-std=c++17");
  if (define) options.push_back(fmt::format("-D{}={}", define->name, define->value));
  if (!source.folder.empty()) options.push_back("--include-path=" + source.folder);
  const int compiled = program.compile(options);
  if (compiled == nvrtc_api::kCompilation) return tl::unexpected(compile_error(source, program.log()));
  if (compiled != nvrtc_api::kSuccess) return tl::unexpected(named(toolkit.nvrtc(), source, compiled));
  return {};
}

}  // namespace

tl::expected<LtoIr, BuildError> compile_lto_ir(const Toolkit& toolkit, const CudaSource& source,
                                               const CudaSource& header, int arch,
                                               const std::optional<Define>& define) {
  NvrtcProgram program(toolkit.nvrtc(), source, header);
  const auto compiled = compile(toolkit, program, source, {fmt::format("-arch=sm_{}", arch), "-dlto"}, define);
  if (!compiled) return tl::unexpected(compiled.error());
  LtoIr lto_ir;
  const int got = program.lto_ir(lto_ir);
  if (got != nvrtc_api::kSuccess) return tl::unexpected(named(toolkit.nvrtc(), source, got));
  return lto_ir;
}

tl::expected<std::string, BuildError> compile_ptx(const Toolkit& toolkit, const CudaSource& source,
                                                  const CudaSource& header, int arch, const Define& define) {
  NvrtcProgram program(toolkit.nvrtc(), source, header);
  const std::string architecture = fmt::format("-arch=compute_{}", arch);
  const auto compiled = compile(toolkit, program, source, {architecture, "-rdc=true"}, define);
  if (!compiled) return tl::unexpected(compiled.error());
  std::string ptx;
  const int got = program.ptx(ptx);
  if (got != nvrtc_api::kSuccess) return tl::unexpected(named(toolkit.nvrtc(), source, got));
  return ptx;
}

}  // namespace straylane
