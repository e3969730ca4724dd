#include "os/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "os/folder_lock.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Files, WhatIsNoRegularFileIsNotWaitedFor) {
  const ScratchFolder folder;
  ASSERT_EQ(mkfifo((folder.path() / "fifo").c_str(), 0600), 0);
  for (const fs::path& path : {folder.path() / "fifo", fs::path("/dev/zero"), fs::path("/dev/null")}) {
    const auto text = read_file(path, 100);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(text.error().message, path.string() + ": is not a regular file");
  }
  ASSERT_EQ(mkfifo((folder.path() / "lock").c_str(), 0600), 0);
  EXPECT_FALSE(FolderLock::is_taken(folder.path()));
}

// Such a file may be left by another process with the same number, or be a user's.
TEST(Files, ATemporaryNameThatIsTakenIsLeftAlone) {
  const ScratchFolder folder;
  const std::string end = "." + std::to_string(getpid()) + ".tmp";
  fs::create_directory(folder.path() / (".new" + end));
  std::ofstream(folder.path() / (".new" + end) / "mine") << "mine";
  std::ofstream(folder.path() / (".file" + end)) << "mine";
  ASSERT_TRUE(write_new_folder(folder.path() / "new", {{"a", "a"}}).value());
  ASSERT_TRUE(replace_file(folder.path() / "file", "text"));
  EXPECT_EQ(read(folder.path() / (".new" + end) / "mine"), "mine");
  EXPECT_EQ(read(folder.path() / (".file" + end)), "mine");
  EXPECT_EQ(read(folder.path() / "file"), "text");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 4);
}

}  // namespace
}  // namespace straylane
