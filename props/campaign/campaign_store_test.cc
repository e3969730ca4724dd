#include "campaign/campaign_store.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "campaign/campaign_record.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

CampaignTick tick_of(std::uint64_t n) {
  CampaignTick tick;
  tick.time_s = static_cast<double>(n);
  tick.executions = n * 10;
  tick.findings = n;
  tick.restarts = n / 2;
  return tick;
}

RC_GTEST_PROP(CampaignStore, WhatIsWrittenIsReadBack, ()) {
  const ScratchFolder folder;
  auto written = CampaignStore::create_or_open(folder.path());
  RC_ASSERT(written.has_value());
  const auto options = *rc::gen::container<std::map<std::string, std::string>>(
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'f'))),
      rc::gen::container<std::string>(rc::gen::inRange(' ', '~')));
  BucketRecord record{"bucket", "it's a \"message\"", 7, 1.5, 3, "aa", "bb", "failed", "", "why"};
  RC_ASSERT(written->begin_session().has_value());
  RC_ASSERT(written->set_options(options).has_value());
  RC_ASSERT(written->put_bucket(record).has_value());
  record.count = *rc::gen::inRange<std::uint64_t>(0, 1ULL << 62);
  RC_ASSERT(written->put_bucket(record).has_value());
  RC_ASSERT(written->add_tick(tick_of(3), 2.5).has_value());
  RC_ASSERT(written->add_tick(tick_of(9), 3.5).has_value());
  RC_ASSERT(written->add_restart(1, 0, "killed").has_value());
  RC_ASSERT(written->add_restart(2, 1, "killed").has_value());
  RC_ASSERT(written->end_session("time").has_value());

  auto read = CampaignStore::read(folder.path());
  RC_ASSERT(read.has_value());
  auto all = options;
  all.insert({"format", "straylane-campaign/2"});
  RC_ASSERT(read->options().value() == all);
  RC_ASSERT(read->buckets().value() == std::vector<BucketRecord>{record});
  RC_ASSERT(read->last_tick().value() == tick_of(9));
  RC_ASSERT((read->restarts().value() == std::map<std::string, std::uint64_t>{{"killed", 2}}));
  const auto sessions = read->sessions().value();
  RC_ASSERT(sessions.size() == 1U && sessions[0].ended_by == "time" && sessions[0].seconds == 3.5);
}

// For example because the target is missing. A slow machine may take longer than a tick to find that out.
TEST(CampaignRecord, OneThatCameToNothingIsNone) {
  const ScratchFolder folder;
  FuzzOptions options;
  options.folder = folder.path();
  const auto session = [&](const CampaignTick& tick) {
    auto record = CampaignRecord::open(options, {});
    if (!record) return record.error().message;
    const auto ended = record->add(tick, tick.time_s, [] { return Expected<void>(); }).and_then([&] {
      return record->store().end_session("failed");
    });
    return ended ? std::string() : ended.error().message;
  };
  CampaignTick idle;
  idle.time_s = 2;
  EXPECT_EQ(session(idle), "");
  EXPECT_EQ(session(tick_of(3)), "");
  EXPECT_NE(session(idle).find("there is a campaign already"), std::string::npos);
}

TEST(CampaignRecord, OneThatWasEmptiedIsNotResumed) {
  const ScratchFolder folder;
  FuzzOptions options;
  options.folder = folder.path();
  ASSERT_TRUE(CampaignRecord::open(options, {}));
  options.resume = true;
  ASSERT_TRUE(CampaignRecord::open(options, {}));
  fs::resize_file(folder.path() / "campaign.sqlite", 0);
  for (const char* rest : {"campaign.sqlite-wal", "campaign.sqlite-shm"}) fs::remove(folder.path() / rest);
  const auto resumed = CampaignRecord::open(options, {});
  ASSERT_FALSE(resumed);
  EXPECT_NE(resumed.error().message.find("campaign.sqlite is empty"), std::string::npos) << resumed.error().message;
  EXPECT_EQ(fs::file_size(folder.path() / "campaign.sqlite"), 0U);
}

// The folder of a finding is kept relative to the campaign, so that both can be moved.
TEST(CampaignStore, IsMovedWithItsFindings) {
  const ScratchFolder folder;
  const fs::path before = folder.path() / "before";
  fs::create_directories(before / "campaign");
  const auto with_folder = [](const fs::path& path) {
    return BucketRecord{"b", "", 1, 0, 0, "", "", "minimized", path.string(), ""};
  };
  ASSERT_TRUE(CampaignStore::create_or_open(before / "campaign")->put_bucket(with_folder(before / "findings" / "b")));
  fs::rename(before, folder.path() / "after");
  auto store = CampaignStore::read(folder.path() / "after" / "campaign");
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(store->buckets().value().at(0), with_folder(folder.path() / "after" / "findings" / "b"));
}

// A process that is killed in the middle of a transaction leaves the state before it.
TEST(CampaignStore, AKilledWriterLeavesWholeTransactions) {
  const ScratchFolder folder;
  const pid_t writer = fork();
  if (writer == 0) {
    auto store = CampaignStore::create_or_open(folder.path());
    for (std::uint64_t n = 1;; ++n) {
      (void)store->begin();
      (void)store->put_bucket({"bucket", "", n, 0, 0, "", ""});
      (void)store->add_tick(tick_of(n), 0);
      (void)store->commit();
    }
  }
  // By then it has written something, even on a busy machine.
  for (int i = 0; i < 600; ++i) {
    usleep(50'000);
    if (!CampaignStore::is_in(folder.path())) continue;
    auto store = CampaignStore::read(folder.path());
    if (store && store->last_tick() && store->last_tick()->executions > 0) break;
  }
  kill(writer, SIGKILL);
  waitpid(writer, nullptr, 0);
  auto store = CampaignStore::create_or_open(folder.path());
  ASSERT_TRUE(store) << store.error().message;
  const auto tick = store->last_tick().value();
  ASSERT_GT(tick.executions, 0U);
  EXPECT_EQ(store->buckets().value().at(0).count * 10, tick.executions);
}

TEST(CampaignStore, WhatIsNoStoreIsSaid) {
  const ScratchFolder folder;
  EXPECT_EQ(CampaignStore::read(folder.path()).error().code, ErrorCode::kStorage);
  std::ofstream(folder.path() / "campaign.sqlite") << "this is no database, but it is long enough to be taken for one";
  const auto none = CampaignStore::create_or_open(folder.path());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kStorage);
  EXPECT_NE(none.error().message.find("campaign.sqlite"), std::string::npos) << none.error().message;
}

}  // namespace
}  // namespace straylane
