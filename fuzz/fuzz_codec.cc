// libFuzzer entry point of the codecs: no input crashes a decoder, and what one accepts is written and read again as
// the same case.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace straylane;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const Case decoded = case_from_bytes({data, size});
  const auto bytes = case_to_bytes(decoded);
  require(bytes && case_from_bytes(*bytes) == decoded && case_to_bytes(case_from_bytes(*bytes)) == bytes);

  if (const auto c = case_from_json(text, "input")) require(case_from_json(to_json(*c), "again") == c);
  require(case_from_json(to_json(decoded), "decoded") == decoded);

  if (const auto token = case_from_token(text)) require(case_to_token(*token) == text);
  // Long schedules have no token.
  if (const auto token = case_to_token(decoded)) require(case_from_token(*token) == TokenCase{decoded, 0});
  return 0;
}
