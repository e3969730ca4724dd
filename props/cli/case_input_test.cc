#include "cli/case_input.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "codec/json_codec.h"
#include "codec/token_codec.h"
#include "os/folder_marker.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr int kInputs = 100'000;

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (z ^ (z >> 31)) % bound;
  }

 private:
  std::uint64_t state_;
};

// A file in memory that is written again and again, and a folder that is removed with the test.
class CaseInputTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(folder_.empty());
    fd_ = memfd_create("case", MFD_CLOEXEC);
    ASSERT_GE(fd_, 0);
    path_ = "/proc/self/fd/" + std::to_string(fd_);
  }
  void TearDown() override { close(fd_); }
  void write(const std::string& content) {
    ASSERT_EQ(ftruncate(fd_, 0), 0);
    ASSERT_EQ(pwrite(fd_, content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  }

  ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
  std::string path_;
  int fd_ = -1;
};

Case example() {
  Case c;
  c.calls = {FactorySettings{.array_size = 2, .buffer_size = 1, .n_threads = 2, .block_size = 32}};
  const Site site{"numba/cuda/simulator/kernelapi.py", "swapped_cuda_module", "fn_globs.update(repl)", 1, 434};
  c.schedule = RecordedForm{{ThreadId{0, 0}, 23, ThreadId{0, 1}, site}, {ThreadId{0, 1}, 30, ThreadId{0, 0}, site}};
  c.sites = {site};
  return c;
}

std::string mutated(Random& random, std::string text) {
  for (std::uint64_t changes = 1 + random.below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = random.below(text.size());
    switch (random.below(6)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.resize(at);
        break;
      case 2:
        text.insert(at, 1, static_cast<char>(random.below(256)));
        break;
      case 3:
        text.insert(at, text.substr(random.below(text.size()), random.below(40)));
        break;
      case 4:
        text.erase(at, random.below(20));
        break;
      default:
        text[at] = "{}[]\",:0123456789-e.\\"[random.below(21)];
    }
  }
  return text;
}

// Every message that a user can see is one line that names the place.
void expect_case_or_one_line(const Expected<CaseInput>& loaded, const std::string& place, const std::string& input) {
  if (loaded) {
    if (!loaded->bytes.empty()) return;  // read once the target is open
    ASSERT_TRUE(factory_program().schema.validate(loaded->value.calls)) << input;
    return;
  }
  const auto& [code, message] = loaded.error();
  ASSERT_TRUE(code == ErrorCode::kMalformed || code == ErrorCode::kOutOfRange) << message;
  ASSERT_TRUE(message.starts_with(place)) << message;
  ASSERT_LT(message.size(), place.size() + 600);
  ASSERT_TRUE(std::all_of(message.begin(), message.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) << message;
}

TEST_F(CaseInputTest, AnyFileIsACaseOrAOneLineError) {
  Random random(1);
  const std::string json = to_json(example(), factory_program().schema);
  std::string noise;
  for (int i = 0; i < kInputs && !HasFatalFailure(); ++i) {
    std::string content;
    if (i % 4 == 0) {
      content.resize(random.below(200));
      for (char& c : content) c = static_cast<char>(random.below(256));
    } else {
      content = mutated(random, json);
    }
    write(content);
    expect_case_or_one_line(load_case(path_), path_, content);
    if (content.empty()) continue;
    ASSERT_TRUE(load_case(path_, /*as_bytes=*/true)) << "any bytes are a case";
  }
}

TEST_F(CaseInputTest, AnyTokenIsACaseOrAOneLineError) {
  Random random(2);
  const std::string token = *case_to_token(example(), factory_program().schema);
  ASSERT_TRUE(load_case(token));
  for (int i = 0; i < kInputs && !HasFatalFailure(); ++i) {
    const std::string text = "sl2." + mutated(random, token.substr(4));
    const auto loaded = load_case(text);
    if (loaded) {
      ASSERT_TRUE(factory_program().schema.validate(loaded->value.calls)) << text;
    } else {
      expect_case_or_one_line(loaded, "token", text);
    }
  }
}

TEST_F(CaseInputTest, OneChangedCharacterOfATokenIsSeen) {
  const std::string token = *case_to_token(example(), factory_program().schema);
  for (std::size_t at = 4; at < token.size(); ++at) {
    for (const char c : std::string("ABCXYZabcxyz0189-_")) {
      if (c == token[at]) continue;
      std::string other = token;
      other[at] = c;
      EXPECT_FALSE(load_case(other)) << other;
    }
  }
}

TEST_F(CaseInputTest, WhatIsNoFileIsSaid) {
  const auto error_of = [](const std::string& path) {
    const auto loaded = load_case(path);
    return loaded ? "" : loaded.error().message;
  };
  EXPECT_EQ(error_of(folder_.string()),
            folder_.string() + ": has no min.json, so it is not a finding, and it is not a bucket of a campaign");
  EXPECT_EQ(error_of(folder_ / "x"), (folder_ / "x").string() + ": No such file or directory");
  EXPECT_EQ(error_of(path_), path_ + ": is empty, so it is not a case (see docs/formats.md)");
  ASSERT_EQ(mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  for (const std::string& path : std::vector<std::string>{(folder_ / "fifo").string(), "/dev/zero"}) {
    EXPECT_EQ(error_of(path), path + ": is not a regular file");
  }
  ASSERT_EQ(ftruncate(fd_, 100 << 20), 0);
  EXPECT_EQ(error_of(path_), path_ + ": larger than 16777216 bytes, so it is not a case");
}

// Any bytes are a case, so nearly every file would "pass" if it were read as one.
TEST_F(CaseInputTest, WhatIsNoCaseIsRefusedUnlessItIsSaidOrOurs) {
  for (const char* below : {"corpus", "campaign/crashes", "campaign/buckets/b", "user"})
    fs::create_directories(folder_ / below);
  ASSERT_TRUE(mark_folder(folder_ / "corpus", FolderKind::kCorpus));
  ASSERT_TRUE(mark_folder(folder_ / "campaign", FolderKind::kCampaign));
  const auto error_of = [&](const fs::path& path, const std::string& content, bool as_bytes = false) {
    std::ofstream(folder_ / path, std::ios::binary) << content;
    const auto loaded = load_case((folder_ / path).string(), as_bytes);
    return loaded ? std::string() : loaded.error().message;
  };
  for (const std::string& content :
       std::vector<std::string>{"[1]", "\x1f\x8b\x08", "FINDING x\n", " ", "\"{\"", "null"}) {
    for (const char* path : {"user/a", "campaign/a", "campaign/buckets/b/bucket"}) {
      EXPECT_NE(error_of(path, content).find("--bytes"), std::string::npos) << path << content;
      EXPECT_EQ(error_of(path, content, /*as_bytes=*/true), "") << path << content;
    }
    for (const char* path :
         {"corpus/a", "campaign/crashes/crash-a", "campaign/buckets/b/first-a", "campaign/buckets/b/smallest-a"}) {
      EXPECT_EQ(error_of(path, content), "") << path << content;
    }
  }
  const std::string json = to_json(example(), factory_program().schema);
  EXPECT_NE(error_of("user/bom.json", "\xef\xbb\xbf" + json).find("byte order mark"), std::string::npos);
  EXPECT_EQ(error_of("user/a.json", json), "");
  EXPECT_EQ(error_of("corpus/b", "{ is a byte like others"), "");
}

}  // namespace
}  // namespace straylane
