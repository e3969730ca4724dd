#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/json_codec.h"
#include "domain/case.h"
#include "domain/error.h"

namespace straylane {

// Cases as one printable line to paste into a message or a shell: "sl2." and base64url. At most 100 characters for one
// call of four small settings and 8 choices between threads with an index below 64 at yield points below 4,096.
// docs/formats.md specifies it with an example. A token carries the digest of its schema: it cannot be read where the
// program's parameters have changed.
inline constexpr std::string_view kTokenPrefix = "sl2.";
inline constexpr std::size_t kTokenLengthMax = 16'384;
inline constexpr std::size_t kTokenDataBytesMax = 1'024;  // of Case::data; a case with more has no token

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

// kOutOfRange for what a token cannot say: the drawn form, invalid settings, too much data, more than kTokenLengthMax
// characters.
Expected<std::string> case_to_token(const Case& value, const Schema& schema);
// The same with a digest from elsewhere: writes again what case_from_token has read.
Expected<std::string> case_to_token(const TokenCase& value, const Schema& schema);

// kMalformed for anything that case_to_token does not write, and for a token of another schema: there is one token for
// each case and digest. Any one mistyped character, and any two neighbours exchanged, are detected.
Expected<TokenCase> case_from_token(std::string_view token, const SchemaOf& schema_of);

}  // namespace straylane
