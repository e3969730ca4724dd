// libFuzzer entry point of the codecs. No input crashes a decoder, and a case that a decoder accepts is the same after
// it has been written and read again. The first byte of an input chooses the schema for the bytes; JSON and tokens name
// it.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"

namespace {

using namespace straylane;

constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

// Like the factory program's schema: it has bounds by an earlier parameter, every role, and numbers of one and of two
// bytes.
std::vector<Parameter> grid() {
  return {{.name = "size", .min = 1, .max = 1 << 20, .usual = 10, .byte_max = 256},
          {.name = "buffer", .min = 1, .max = 1 << 17, .usual = 5, .role = Role::kBuild, .byte_max = 1'024},
          {.name = "count", .max = 1 << 20, .max_is = 0, .usual = 7, .byte_max = 256},
          {.name = "block", .values = {32, 64, 1}, .usual = 32, .role = Role::kShape}};
}

// As many parameters as allowed, with the widest ranges.
std::vector<Parameter> wide() {
  std::vector<Parameter> out;
  for (std::size_t i = 0; i < Schema::kParametersMax; ++i) {
    const std::int64_t min = i % 3 == 0 ? -kHighest - 1 : i % 3 == 1 ? 0 : -5;
    const std::int64_t max = min < 0 ? min + kHighest : kHighest;
    out.push_back({.name = "p" + std::to_string(i), .min = min, .max = max, .usual = min, .byte_max = max});
    if (i >= 3 && i % 2 == 1) out.back().max_is = i - 3;
    if (out.back().max_is && out[i - 3].min < min) out.back().max_is.reset();
  }
  return out;
}

struct Named {
  std::string program;
  Schema schema;
};

const std::array<Named, 4>& schemas() {
  static const std::array<Named, 4> all = {
      {{"", Schema::make(grid()).value()},
       {"data", Schema::make({{.name = "n", .min = -3, .max = 3, .byte_max = 3}}, true).value()},
       {"wide", Schema::make(wide(), true).value()},
       {"none", Schema::make({}).value()}}};
  return all;
}

const Schema* schema_of(const std::string& program) {
  for (const Named& named : schemas()) {
    if (named.program == program) return &named.schema;
  }
  return nullptr;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void check_bytes(const Named& named, std::span<const std::uint8_t> input) {
  const Schema& schema = named.schema;
  Case decoded = case_from_bytes(input, schema);
  require(schema.validate(decoded.calls).has_value());
  const auto bytes = case_to_bytes(decoded, schema);
  require(bytes && case_from_bytes(*bytes, schema) == decoded);
  require(case_to_bytes(case_from_bytes(*bytes, schema), schema) == bytes);
  decoded.program = named.program;
  require(case_from_json(to_json(decoded, schema), "decoded", schema_of) == decoded);
  // Long schedules and much data have no token.
  if (const auto token = case_to_token(decoded, schema)) {
    require(case_from_token(*token, schema_of) == TokenCase{decoded, 0});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size > 0) check_bytes(schemas()[data[0] % schemas().size()], {data + 1, size - 1});
  if (const auto c = case_from_json(text, "input", schema_of)) {
    require(case_from_json(to_json(*c, *schema_of(c->program)), "again", schema_of) == c);
  }
  if (const auto token = case_from_token(text, schema_of)) {
    require(case_to_token(*token, *schema_of(token->value.program)) == text);
  }
  return 0;
}
