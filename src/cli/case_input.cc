#include "cli/case_input.h"

#include <fmt/format.h>

#include "campaign/artifact_folder.h"
#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"

namespace straylane {
namespace {

Expected<CaseInput> load_token(const std::string& token) {
  return case_from_token(token).map([](const TokenCase& t) {
    return CaseInput{t.value, t.digest == 0 ? std::nullopt : std::optional(t.digest), true};
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
    return CaseInput{case_from_bytes({bytes, content->size()}), std::nullopt, false};
  }
  return case_from_json(*content, file_or_token).map([](const Case& c) {
    return CaseInput{c, std::nullopt, std::holds_alternative<RecordedForm>(c.schedule)};
  });
}

}  // namespace straylane
