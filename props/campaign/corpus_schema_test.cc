// A corpus names the schema of its inputs. With another schema the same bytes would be other cases.
#include <gtest/gtest.h>

#include <filesystem>

#include "campaign/campaign_folders.h"
#include "os/folder_marker.h"
#include "program/program.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

FuzzOptions campaign_in(const fs::path& folder) {
  FuzzOptions options;
  options.target = "host";
  options.folder = (folder / "campaign").string();
  options.corpus = (folder / "corpus").string();
  options.out = (folder / "out").string();
  return options;
}

TEST(CorpusSchema, IsInTheMarkerAndHeldAgainstTheProgram) {
  add_program({.name = "other-program", .schema = Schema::make({{.name = "width", .max = 9, .byte_max = 9}}).value()});
  const ScratchFolder folder;
  FuzzOptions options = campaign_in(folder.path());
  ASSERT_TRUE(claim_campaign_folders(options));
  const auto marker = read_marker(options.corpus);
  ASSERT_TRUE(marker && *marker);
  EXPECT_EQ((*marker)->fields.at("program"), program_of(options).name);
  EXPECT_TRUE(check_campaign_folders(options)) << "its own";

  options.program = "other-program";
  const auto refused = check_campaign_folders(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_EQ(refused.error().message, options.corpus +
                                         ": its inputs are of program factory, whose parameters are not those of "
                                         "other-program (see docs/campaigns.md)");
}

// A corpus that was made by hand names no schema, and is accepted.
TEST(CorpusSchema, MayBeUnknown) {
  const ScratchFolder folder;
  const FuzzOptions options = campaign_in(folder.path());
  ASSERT_TRUE(claim_folder(options.corpus, FolderKind::kCorpus));
  EXPECT_TRUE(claim_campaign_folders(options));
}

}  // namespace
}  // namespace straylane
