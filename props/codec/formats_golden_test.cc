// Reads the examples of docs/formats.md: fenced blocks named json, hex and token.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"
#include "program/factory/factory_program.h"

namespace straylane {
namespace {

using Blocks = std::map<std::string, std::vector<std::string>>;

Blocks read_blocks() {
  std::ifstream file(STRAYLANE_SOURCE_DIR "/docs/formats.md");
  Blocks blocks;
  std::string* open = nullptr;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("```")) {
      if (open != nullptr) *open += line + "\n";
    } else if (open != nullptr) {
      open = nullptr;
    } else {
      open = &blocks[line.substr(3)].emplace_back();
    }
  }
  return blocks;
}

std::vector<std::uint8_t> from_hex(const std::string& text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 3) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(const std::vector<std::uint8_t>& bytes) {
  std::string out;
  for (const auto byte : bytes) out += fmt::format("{}{:02x}", out.empty() ? "" : " ", byte);
  return out + "\n";
}

// The factory program, and the program "decode" of docs/formats.md.
const Schema* schema_named(const std::string& program) {
  static const Schema decode =
      Schema::make({{.name = "width", .min = 1, .max = 4'096, .usual = 16, .byte_max = 256},
                    {.name = "block", .values = {32, 64, 128}, .usual = 32, .role = Role::kShape}},
                   true)
          .value();
  return program == "decode" ? &decode : &factory_program().schema;
}

Case without_sites(Case value) {
  if (auto* recorded = std::get_if<RecordedForm>(&value.schedule)) {
    for (Choice& choice : *recorded) choice.site.reset();
  }
  value.sites.clear();
  value.system = {};
  return value;
}

TEST(FormatsGolden, TheExamplesAreTheSameCaseInThreeForms) {
  Blocks blocks = read_blocks();
  ASSERT_EQ(blocks["json"].size(), 3U);
  ASSERT_EQ(blocks["hex"].size(), 3U);
  ASSERT_EQ(blocks["token"].size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto value = case_from_json(blocks["json"][i], "docs/formats.md", schema_named);
    ASSERT_TRUE(value) << value.error().message;
    const Schema& schema = *schema_named(value->program);
    EXPECT_EQ(to_json(*value, schema), blocks["json"][i]);

    Case carried = without_sites(*value);
    carried.target.clear();
    carried.program.clear();
    EXPECT_TRUE(case_from_bytes(from_hex(blocks["hex"][i]), schema) == carried);
    const auto bytes = case_to_bytes(*value, schema);
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_EQ(to_hex(*bytes), blocks["hex"][i]);

    const std::string& line = blocks["token"][i];
    const auto token_case = case_from_token(line.substr(0, line.size() - 1), schema_named);
    ASSERT_TRUE(token_case) << token_case.error().message;
    EXPECT_TRUE(*token_case == (TokenCase{without_sites(*value), sites_digest(*value)}));
    EXPECT_EQ(*case_to_token(*value, schema) + "\n", line);
  }
}

TEST(FormatsGolden, TheDigestsOfTheExampleStandInTheText) {
  Blocks blocks = read_blocks();
  ASSERT_FALSE(blocks["json"].empty());
  const auto value = case_from_json(blocks["json"][0], "docs/formats.md", schema_named);
  ASSERT_TRUE(value);
  std::ifstream file(STRAYLANE_SOURCE_DIR "/docs/formats.md");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  for (const std::string& digest :
       {fmt::format("The digest of its sites is {:08x}.", sites_digest(*value)),
        fmt::format("The digest of the factory program's schema is {:08x}.", factory_program().schema.digest())}) {
    EXPECT_NE(text.find(digest), std::string::npos) << digest;
  }
}

}  // namespace
}  // namespace straylane
