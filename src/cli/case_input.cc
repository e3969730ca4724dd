#include "cli/case_input.h"

#include <fmt/format.h>

#include <filesystem>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"
#include "domain/kernel_source.h"
#include "os/files.h"
#include "targets/registry.h"

namespace straylane {
namespace {

Expected<CaseInput> load_token(const std::string& token) {
  return case_from_token(token).map([](const TokenCase& t) {
    return CaseInput{t.value, t.digest == 0 ? std::nullopt : std::optional(t.digest), true, ""};
  });
}

}  // namespace

Expected<CaseInput> load_case(const std::string& file_or_token) {
  if (file_or_token.starts_with(kTokenPrefix)) return load_token(file_or_token);
  const auto content = read_file(file_or_token, kCaseBytesMax);
  if (!content) return make_error(ErrorCode::kMalformed, content.error().message);
  if (content->empty())
    return make_error(ErrorCode::kMalformed, fmt::format("{}: empty, holds no case", file_or_token));
  const std::size_t first = content->find_first_not_of(" \t\r\n");
  if (first == std::string::npos || (*content)[first] != '{') {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(content->data());
    return CaseInput{case_from_bytes({bytes, content->size()}), std::nullopt, false, ""};
  }
  return case_from_json(*content, file_or_token)
      .map([](const Case& c) {
        return CaseInput{c, std::nullopt, std::holds_alternative<RecordedForm>(c.schedule), ""};
      })
      .map([&](CaseInput input) {
        const std::string& program = input.value.program;
        if (is_kernel_program(program))
          input.kernel = (std::filesystem::path(file_or_token).parent_path() / program).string();
        return input;
      });
}

Expected<std::unique_ptr<Target>> open_target_of(const CaseInput& input, const std::string& file_or_token,
                                                 const CommonOptions& options) {
  if (auto ok = options.check_kernel(); !ok) return tl::unexpected(ok.error());
  TargetOptions target_options = options.target_options();
  const bool from_case = target_options.kernel.empty() && is_kernel_program(input.value.program);
  if (from_case) {
    const bool is_token = input.kernel.empty();
    std::error_code error;
    if (is_token || !std::filesystem::exists(input.kernel, error)) {
      return make_error(ErrorCode::kMalformed,
                        is_token
                            ? fmt::format("token: program is {}, a kernel of your own: name it with --kernel FILE.cu",
                                          input.value.program)
                            : fmt::format("{}: program is {}, and that file is not beside it: name it with "
                                          "--kernel FILE.cu",
                                          file_or_token, input.value.program));
    }
    target_options.kernel = input.kernel;
  }
  const std::string own = options.kernel.empty() ? input.value.target : options.targets().front();
  return open_target(options.target_named() ? options.target : own, target_options, options.jobs);
}

}  // namespace straylane
