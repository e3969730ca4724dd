#include "os/folder_marker.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

RC_GTEST_PROP(FolderMarker, WhatIsMarkedIsReadBack, ()) {
  const ScratchFolder scratch;
  const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('!', '~')));
  const auto line = rc::gen::container<std::string>(rc::gen::inRange(' ', '~'));
  FolderMarker marker;
  marker.kind =
      *rc::gen::element(FolderKind::kCampaign, FolderKind::kCorpus, FolderKind::kEnvironment, FolderKind::kFindings);
  marker.fields = *rc::gen::container<std::map<std::string, std::string>>(word, line);
  const fs::path folder = scratch.path() / "below" / "folder";
  RC_ASSERT(claim_folder(folder, marker.kind, marker.fields).value() == marker);
  RC_ASSERT(read_marker(folder).value() == marker);
  RC_ASSERT(claim_folder(folder, marker.kind).value() == marker);  // the first marker's fields stay
  RC_ASSERT(is_marked(folder, marker.kind));
}

TEST(FolderMarker, WhatHoldsFilesIsNotClaimed) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "a") << "x";
  const auto claimed = claim_folder(folder.path(), FolderKind::kCorpus);
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().code, ErrorCode::kUsage);
  EXPECT_NE(claimed.error().message.find("corpus import"), std::string::npos) << claimed.error().message;
  EXPECT_FALSE(fs::exists(folder.path() / kFolderMarkerFile));
  EXPECT_EQ(make_marked_folder(folder.path(), FolderKind::kEnvironment).error().code, ErrorCode::kUsage);
  ASSERT_TRUE(mark_folder(folder.path(), FolderKind::kCorpus));
  EXPECT_EQ(mark_folder(folder.path(), FolderKind::kCampaign).error().code, ErrorCode::kStorage) << "marked once";
  EXPECT_TRUE(claim_folder(folder.path(), FolderKind::kCorpus));
  EXPECT_EQ(claim_folder(folder.path(), FolderKind::kCampaign).error().code, ErrorCode::kUsage) << "another kind";
  EXPECT_EQ(check_marked(folder.path(), FolderKind::kCampaign).error().code, ErrorCode::kUsage);
}

TEST(FolderMarker, AnotherFileOfThatNameIsSaid) {
  const ScratchFolder folder;
  for (const char* text :
       {"", "hello\n", "straylane-corpus/9\n", "straylane-corpus/1\nfield\n", "straylane-corpus/1\n value\n"}) {
    std::ofstream(folder.path() / kFolderMarkerFile) << text;
    const auto marker = read_marker(folder.path());
    ASSERT_FALSE(marker) << text;
    EXPECT_EQ(marker.error().code, ErrorCode::kMalformed);
    EXPECT_FALSE(is_marked(folder.path()));
    EXPECT_FALSE(claim_folder(folder.path(), FolderKind::kCorpus));
  }
  EXPECT_EQ(mark_folder(folder.path() / "missing", FolderKind::kCorpus, {{"a key", ""}}).error().code,
            ErrorCode::kInternal);
}

}  // namespace
}  // namespace straylane
