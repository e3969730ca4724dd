#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codec/json_codec.h"
#include "domain/case.h"
#include "domain/error.h"

namespace straylane {

// Cases as one printable line to paste into a message or a shell: "sl2." and base64url. docs/formats.md specifies the
// format with an example. One call of four small settings and 8 choices takes at most 100 characters, if the threads
// have indexes below 64 and the yield points are below 4,096. A token carries the digest of its schema, so it cannot be
// read after the program's parameters have changed.
inline constexpr std::string_view kTokenPrefix = "sl2.";
inline constexpr std::size_t kTokenLengthMax = 16'384;
inline constexpr std::size_t kTokenDataBytesMax = 1'024;  // of Case::data; a case with more has no token

// A token holds a digest of the sites and not the sites. A caller that has run the case compares the digest with
// `sites_digest(recorded case)`.
struct TokenCase {
  Case value;
  std::uint32_t digest = 0;  // 0 if the case had no sites; then there is nothing to compare

  bool operator==(const TokenCase&) const = default;
};

// Digest of target, program, granularity and every site: first those of the choices, then `sites`. File, function,
// statement and occurrence count; lines and the system do not. 0 if and only if the case has no sites.
std::uint32_t sites_digest(const Case& value);

// Encodes a case. Errors: kOutOfRange for what a token cannot hold: the drawn form, invalid settings, too much data,
// more than kTokenLengthMax characters.
Expected<std::string> case_to_token(const Case& value, const Schema& schema);
// The same with the digest of `value`, to write again what case_from_token has read.
Expected<std::string> case_to_token(const TokenCase& value, const Schema& schema);

// Decodes a token. Errors: kMalformed for a token of another schema, and for anything that case_to_token does not
// write. Each case and digest has exactly one token. One mistyped character, or two exchanged neighbours, are always
// detected.
Expected<TokenCase> case_from_token(std::string_view token, const SchemaOf& schema_of);

// The checksum at the end of a token: CRC-32 (ISO-HDLC, as in zip and PNG). It detects every error that lies within 32
// neighbouring bits.
std::uint32_t crc32(std::span<const std::uint8_t> bytes);

}  // namespace straylane
