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
  ASSERT_EQ(blocks["json"].size(), 2U);
  ASSERT_EQ(blocks["hex"].size(), 2U);
  ASSERT_EQ(blocks["token"].size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto value = case_from_json(blocks["json"][i], "docs/formats.md");
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(to_json(*value), blocks["json"][i]);

    EXPECT_TRUE(case_from_bytes(from_hex(blocks["hex"][i])) == without_sites(*value));
    const auto bytes = case_to_bytes(*value);
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_EQ(to_hex(*bytes), blocks["hex"][i]);

    const std::string& line = blocks["token"][i];
    const auto token_case = case_from_token(line.substr(0, line.size() - 1));
    ASSERT_TRUE(token_case) << token_case.error().message;
    EXPECT_TRUE(*token_case == (TokenCase{without_sites(*value), sites_digest(*value)}));
    EXPECT_EQ(*case_to_token(*value) + "\n", line);
  }
}

TEST(FormatsGolden, TheDigestOfTheExampleStandsInTheText) {
  Blocks blocks = read_blocks();
  ASSERT_FALSE(blocks["json"].empty());
  const auto value = case_from_json(blocks["json"][0], "docs/formats.md");
  ASSERT_TRUE(value);
  std::ifstream file(STRAYLANE_SOURCE_DIR "/docs/formats.md");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(text.find(fmt::format("its digest is {:08x}.", sites_digest(*value))), std::string::npos);
}

}  // namespace
}  // namespace straylane
