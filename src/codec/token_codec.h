#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/case.h"
#include "domain/error.h"

namespace straylane {

// Cases as one printable line to paste into a message or a shell: "sl1." and base64url. At most 80 characters for one
// launch and 8 choices between threads with an index below 64 at yield points below 4,096, for the targets and the
// program known here. docs/formats.md specifies it with an example.
inline constexpr std::string_view kTokenPrefix = "sl1.";
inline constexpr std::size_t kTokenLengthMax = 16'384;

// A token holds no sites, but a digest of them: a caller that has run the case compares it with
// `sites_digest(recorded case)`.
struct TokenCase {
  Case value;
  std::uint32_t digest = 0;  // 0: the case had no sites, there is nothing to compare

  bool operator==(const TokenCase&) const = default;
};

// Over target, program, granularity and every site of the case: those of the choices, then `sites`. File, function,
// statement and occurrence count; lines and the system do not. 0 where the case has no sites, and only there.
std::uint32_t sites_digest(const Case& value);

// kOutOfRange for what a token cannot say: the drawn form, invalid settings, more than kTokenLengthMax characters.
Expected<std::string> case_to_token(const Case& value);
// The same with a digest from elsewhere: writes again what case_from_token has read.
Expected<std::string> case_to_token(const TokenCase& value);

// kMalformed for anything that case_to_token does not write: there is one token for each case and digest. Any one
// mistyped character, and any two neighbours exchanged, are detected.
Expected<TokenCase> case_from_token(std::string_view token);

}  // namespace straylane
