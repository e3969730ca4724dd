// The files of a campaign: its lock, its statistics, its buckets, its corpus, and what a killed process leaves.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "campaign/bucket_folders.h"
#include "campaign/campaign_folders.h"
#include "campaign/campaign_record.h"
#include "campaign/corpus_folder.h"
#include "codec/bytes_codec.h"
#include "codec/sha1.h"
#include "os/child.h"
#include "os/files.h"
#include "os/folder_lock.h"
#include "os/folder_marker.h"
#include "program/factory/factory_program.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

TEST(FolderLock, OneAtATimeAndGoneWithItsHolder) {
  const ScratchFolder folder;
  EXPECT_FALSE(FolderLock::is_taken(folder.path()));
  {
    auto lock = FolderLock::take(folder.path());
    ASSERT_TRUE(lock);
    EXPECT_TRUE(FolderLock::is_taken(folder.path()));
    const auto second = FolderLock::take(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kUsage);
    EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos) << second.error().message;
  }
  EXPECT_FALSE(FolderLock::is_taken(folder.path()));
  const pid_t holder = fork();
  if (holder == 0) {
    auto lock = FolderLock::take(folder.path());
    for (;;) pause();
  }
  while (!FolderLock::is_taken(folder.path())) usleep(10'000);
  kill(holder, SIGKILL);
  waitpid(holder, nullptr, 0);
  EXPECT_TRUE(FolderLock::take(folder.path()));
}

TEST(StatisticsFile, ALineThatWasCutOffIsTakenAway) {
  const ScratchFolder folder;
  const fs::path path = folder.path() / "stats.ndjson";
  for (const std::string& rest : std::vector<std::string>{"", "{\"time_s\":1", "\n", std::string(10'000, 'x')}) {
    std::ofstream(path) << "{\"a\":1}\n" << rest;
    auto file = StatisticsFile::open(path);
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_TRUE(file->add("{\"b\":2}\n"));
    const std::string blank = rest == "\n" ? "\n" : "";
    EXPECT_EQ(read(path), "{\"a\":1}\n" + blank + "{\"b\":2}\n");
  }
  std::ofstream(path) << "no line at all";
  ASSERT_TRUE(StatisticsFile::open(path));
  EXPECT_EQ(read(path), "");
}

// /dev/full accepts no data.
TEST(StatisticsFile, AFullDiskIsSaid) {
  auto file = StatisticsFile::open("/dev/full");
  if (!file) return;  // the error that it cannot be cut is fine, too
  EXPECT_EQ(file->add("line\n").error().code, ErrorCode::kStorage);
}

ToldFailure failure(const std::string& bucket, std::int64_t array_size, std::uint64_t count = 1) {
  Case c;
  c.calls = {{array_size, 5, 1, 32}};
  return {bucket, count, case_to_bytes(c, factory_program().schema).value(), "message of " + bucket};
}

class Buckets : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_.path() / "buckets");
    store_.emplace(CampaignStore::create_or_open(folder_.path()).value());
  }
  BucketFolders open() { return {folder_.path() / "buckets", *store_, factory_program().schema}; }

  ScratchFolder folder_;
  std::optional<CampaignStore> store_;
};

TEST_F(Buckets, FirstSmallestAndCountAreKept) {
  auto buckets = open();
  const ToldFailure first = failure("a", 20);
  const ToldFailure smaller = failure("a", 3, 2);
  EXPECT_TRUE(buckets.add(first, 1.0, 2).value());
  EXPECT_FALSE(buckets.add(failure("a", 30, 4), 2.0, 0).value());
  EXPECT_FALSE(buckets.add(smaller, 3.0, 1).value());
  EXPECT_TRUE(buckets.add(failure("b", 9), 4.0, 0).value());
  ASSERT_TRUE(buckets.save(/*files=*/true));
  const auto expect_kept = [&](const BucketFolders& kept) {
    const auto records = kept.records();
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].count, 7U);
    EXPECT_EQ(records[0].first, sha1_hex(first.input));
    EXPECT_EQ(records[0].first_job, 2U);
    EXPECT_EQ(records[0].smallest, sha1_hex(smaller.input));
    EXPECT_EQ(records[0].message, "message of a");
  };
  expect_kept(buckets);
  EXPECT_EQ(
      names_in(folder_.path() / "buckets" / "a"),
      (std::set<std::string>{"bucket.json", "first-" + sha1_hex(first.input), "smallest-" + sha1_hex(smaller.input)}));
  auto again = open();
  EXPECT_TRUE(again.load().value().empty());
  expect_kept(again);
  EXPECT_FALSE(again.add(failure("a", 20), 9.0, 0).value()) << "reported once, over all sessions";
}

// Killed between writing the folder and the row, or between the new smallest input and the removal of the old one.
TEST_F(Buckets, WhatAKilledProcessLeftIsTakenUp) {
  auto buckets = open();
  ASSERT_TRUE(buckets.add(failure("a", 20), 1.0, 0).value());
  ASSERT_TRUE(buckets.save(true));
  const auto smaller = failure("a", 2);
  std::ofstream(folder_.path() / "buckets" / "a" / ("smallest-" + sha1_hex(smaller.input)), std::ios::binary)
      << std::string(smaller.input.begin(), smaller.input.end());
  fs::copy(folder_.path() / "buckets" / "a", folder_.path() / "buckets" / "b", fs::copy_options::recursive);
  fs::create_directory(folder_.path() / "buckets" / ".c.1.tmp");
  auto again = open();
  EXPECT_EQ(again.load().value(), std::vector<std::string>{"b"});
  EXPECT_EQ(again.find("a")->smallest, sha1_hex(smaller.input));
  EXPECT_EQ(again.find("b")->message, "message of a");
  for (const char* name : {"a", "b"}) EXPECT_EQ(names_in(folder_.path() / "buckets" / name).size(), 3U) << name;
}

TEST(CorpusFolder, FilesAreNamedByTheirContent) {
  const ScratchFolder from;
  const ScratchFolder to;
  const std::map<std::string, std::string> files = {{"one", "1"}, {"again", "1"}, {"two", "22"}, {"empty", ""}};
  for (const auto& [name, content] : files) {
    std::ofstream(from.path() / name) << content;
  }
  std::ofstream(from.path() / "large") << std::string((1 << 20) + 1, 'x');
  CorpusFolder corpus(to.path());
  const auto import = corpus.import_from(from.path());
  ASSERT_TRUE(import) << import.error().message;
  EXPECT_EQ(import->added, 2U);
  EXPECT_EQ(import->there, 1U);
  EXPECT_EQ(import->no_case, 2U);
  EXPECT_EQ(names_in(to.path()), (std::set<std::string>{"356a192b7913b04c54574d18c28d46e6395428ab",
                                                        "12c6fc06c99a462375eeb3f43dfd832b08ca9e17"}));
  EXPECT_EQ(corpus.count(), 2U);
}

TEST(CorpusFolder, OnlyWhatIsNamedByItsContentIsRemoved) {
  const ScratchFolder folder;
  CorpusFolder corpus(folder.path());
  ASSERT_TRUE(corpus.add("1"));
  std::ofstream(folder.path() / "12c6fc06c99a462375eeb3f43dfd832b08ca9e17") << "1";
  std::ofstream(folder.path() / "mine") << "1";
  EXPECT_TRUE(corpus.remove("356a192b7913b04c54574d18c28d46e6395428ab"));
  for (const char* name : {"12c6fc06c99a462375eeb3f43dfd832b08ca9e17", "mine", "missing", ".", ".."}) {
    EXPECT_FALSE(corpus.remove(name)) << name;
  }
  EXPECT_EQ(names_in(folder.path()).size(), 2U);
}

TEST(DiskSpace, TooLittleIsSaidWithBothFigures) {
  const ScratchFolder folder;
  EXPECT_TRUE(check_space(folder.path(), 0));
  const auto none = check_space(folder.path(), 1ULL << 60);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kStorage);
  EXPECT_NE(none.error().message.find("--min-free"), std::string::npos);
  EXPECT_EQ(check_space(folder.path() / "missing", 0).error().code, ErrorCode::kStorage);
}

TEST(ForkedTask, GivesItsTextOrWhyThereIsNone) {
  const auto result_of = [](const std::function<std::string()>& run, int time_max_s) {
    auto task = ForkedTask::start(run, std::chrono::seconds(time_max_s));
    while (!task->advance()) usleep(10'000);
    return task->result();
  };
  EXPECT_EQ(result_of([] { return std::string(100'000, 'x'); }, 600).value(), std::string(100'000, 'x'));
  EXPECT_EQ(result_of([] { return raise(SIGKILL), std::string(); }, 600).error().message,
            "killed by signal 9 (Killed)");
  EXPECT_EQ(result_of([] { return sleep(1'000), std::string(); }, 1).error().message, "took longer than 1 s");
  // It has no file of its parent, because a process that has the lock's file keeps the lock.
  const ScratchFolder folder;
  auto lock = FolderLock::take(folder.path());
  auto task = ForkedTask::start([] { return sleep(1'000), std::string(); }, std::chrono::seconds(600));
  usleep(200'000);
  lock = make_error(ErrorCode::kInternal, "given up");
  for (int i = 0; i < 100 && FolderLock::is_taken(folder.path()); ++i) usleep(100'000);
  EXPECT_FALSE(FolderLock::is_taken(folder.path()));
}

TEST(LeftOverCleaner, CleansUpBehindAKilledProcess) {
  const ScratchFolder folder;
  const fs::path temporary = folder.path() / "tmp";
  const pid_t killed = fork();
  if (killed == 0) {
    fs::create_directories(temporary / "deep");
    fs::create_directories(folder.path() / "found" / "bucket");
    fs::create_directories(folder.path() / "a-users");
    (void)mark_folder(folder.path() / "found", FolderKind::kFindings);
    fs::create_directory_symlink(folder.path() / "a-users", folder.path() / "found" / "link");
    std::ofstream(folder.path() / "a-users" / (".a." + std::to_string(getpid()) + ".tmp")) << "not ours";
    std::ofstream(folder.path() / "found" / ("." + std::string("a.") + std::to_string(getpid()) + ".tmp")) << "half";
    std::ofstream(folder.path() / "found" / "bucket" / (".b." + std::to_string(getpid()) + ".tmp")) << "half";
    std::ofstream(folder.path() / "found" / (".c." + std::to_string(getppid()) + ".tmp")) << "somebody else's";
    auto cleaner = start_left_over_cleaner({{temporary}, {folder.path() / "found", folder.path() / "a-users"}});
    for (;;) pause();
  }
  while (!fs::exists(folder.path() / "found" / (".c." + std::to_string(getpid()) + ".tmp"))) usleep(10'000);
  usleep(200'000);
  EXPECT_TRUE(fs::exists(temporary));
  kill(killed, SIGKILL);
  waitpid(killed, nullptr, 0);
  const auto clean = [&] {
    return !fs::exists(temporary) && names_in(folder.path() / "found").size() == 4 &&
           names_in(folder.path() / "found" / "bucket").empty();
  };
  for (int i = 0; i < 200 && !clean(); ++i) usleep(50'000);
  EXPECT_TRUE(clean());
  EXPECT_TRUE(fs::exists(folder.path() / "found" / (".c." + std::to_string(getpid()) + ".tmp")));
  EXPECT_EQ(names_in(folder.path() / "a-users").size(), 1U) << "it has no marker";
}

TEST(ArtifactFolder, AReplacedFileIsTheNewOne) {
  const ScratchFolder folder;
  ASSERT_TRUE(replace_file(folder.path() / "a.json", "one"));
  ASSERT_TRUE(replace_file(folder.path() / "a.json", "two"));
  EXPECT_EQ(read(folder.path() / "a.json"), "two");
  EXPECT_EQ(names_in(folder.path()).size(), 1U);
  EXPECT_FALSE(replace_file(folder.path() / "missing" / "a.json", "one"));
}

}  // namespace
}  // namespace straylane
