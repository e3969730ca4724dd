#include "cli/case_input.h"

#include <fmt/format.h>

#include <filesystem>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"
#include "domain/kernel_source.h"
#include "os/files.h"
#include "os/folder_marker.h"
#include "program/programs.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kByteOrderMark = "\xef\xbb\xbf";

Expected<CaseInput> load_token(const std::string& token) {
  return case_from_token(token, schema_named).map([](const TokenCase& t) {
    return CaseInput{.value = t.value, .digest = t.digest == 0 ? std::nullopt : std::optional(t.digest), .claims_failure = true};
  });
}

CaseInput input_of_bytes(const std::string& content) {
  return CaseInput{.bytes = {content.begin(), content.end()}};
}

// What is marked as ours holds inputs as bytes: a corpus has nothing else, a campaign has them in crashes/ and, with
// their kind before their name, in buckets/BUCKET/.
bool is_input_of_ours(const fs::path& file) {
  std::error_code error;
  const fs::path path = fs::absolute(file, error).lexically_normal();
  const std::string name = path.filename().string();
  const fs::path folder = path.parent_path();
  if (error || name.starts_with(".")) return false;
  if (is_marked(folder, FolderKind::kCorpus)) return true;
  if (folder.filename() == "crashes") return is_marked(folder.parent_path(), FolderKind::kCampaign);
  const bool in_bucket = folder.parent_path().filename() == "buckets";
  if (!in_bucket || !(name.starts_with("first-") || name.starts_with("smallest-"))) return false;
  return is_marked(folder.parent_path().parent_path(), FolderKind::kCampaign);
}

tl::unexpected<Error> no_case(const std::string& file, const std::string& content) {
  if (content.starts_with(kByteOrderMark)) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}: begins with a byte order mark; a case is UTF-8 without one", file));
  }
  return make_error(
      ErrorCode::kMalformed,
      fmt::format("{}: is no case: no JSON object, and in no corpus or campaign of Straylane; --bytes takes "
                  "any file for the bytes of a fuzz input",
                  file));
}

}  // namespace

Expected<CaseInput> load_case(const std::string& file_or_token, bool as_bytes) {
  if (!as_bytes && file_or_token.starts_with(kTokenPrefix)) return load_token(file_or_token);
  const auto content = read_file(file_or_token, kCaseBytesMax);
  if (!content) return make_error(ErrorCode::kMalformed, content.error().message);
  if (content->empty())
    return make_error(ErrorCode::kMalformed, fmt::format("{}: empty, holds no case", file_or_token));
  if (as_bytes || is_input_of_ours(file_or_token)) return input_of_bytes(*content);
  const std::size_t first = content->find_first_not_of(" \t\r\n");
  if (first == std::string::npos || (*content)[first] != '{') return no_case(file_or_token, *content);
  return case_from_json(*content, file_or_token, schema_named)
      .map([](const Case& c) {
        return CaseInput{.value = c, .claims_failure = std::holds_alternative<RecordedForm>(c.schedule)};
      })
      .map([&](CaseInput input) {
        const std::string& program = input.value.program;
        if (is_kernel_program(program)) input.kernel = (fs::path(file_or_token).parent_path() / program).string();
        return input;
      });
}

Expected<std::unique_ptr<Target>> open_target_of(CaseInput& input, const std::string& file_or_token,
                                                 const CommonOptions& options) {
  if (auto ok = options.check_kernel(); !ok) return tl::unexpected(ok.error());
  TargetOptions target_options = options.target_options();
  const bool from_case = target_options.kernel.empty() && is_kernel_program(input.value.program);
  if (from_case) {
    const bool is_token = input.kernel.empty();
    std::error_code error;
    if (is_token || !fs::exists(input.kernel, error)) {
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
  const bool has_own = options.kernel.empty() && !options.target_named() && !input.value.target.empty();
  auto target = open_target(has_own ? input.value.target : options.one_target(), target_options, options.jobs);
  if (target && !input.bytes.empty()) input.value = case_from_bytes(input.bytes, (*target)->info().program.schema);
  return target;
}

}  // namespace straylane
