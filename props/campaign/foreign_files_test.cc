// Files that are not ours stay as they are, whatever their names are and whatever folder a user names. Tries each way
// to write to a folder or to clean it on random trees. props/cli/foreign_files_test.py does the same with the program.

#include <gtest/gtest.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "campaign/campaign_folders.h"
#include "campaign/corpus_folder.h"
#include "cli/environment_folder.h"
#include "codec/sha1.h"
#include "os/files.h"
#include "os/folder_lock.h"
#include "os/folder_marker.h"
#include "props/campaign/foreign_tree.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr int kRuns = 10'000;  // of all ways together

// In memory if there is such a folder, because each of our writes is synced.
fs::path scratch_root() {
  std::error_code error;
  return access("/dev/shm", W_OK) == 0 ? fs::path("/dev/shm") : fs::temp_directory_path(error);
}

// A user's folder, and another folder that links in it lead to.
class ForeignFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (scratch_root() / "straylane-foreign-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  // A folder that somebody may name: the user's, one in it, or a new one.
  fs::path named() {
    switch (below(random_, 4)) {
      case 0:
        return user();
      case 1:
        return user() / foreign_name(random_);
      case 2:
        return root_ / "new";
      default:
        return user() / names_[below(random_, names_.size())];
    }
  }
  fs::path user() const { return root_ / "user"; }
  fs::path outside() const { return root_ / "outside"; }

  // Checks that `use` leaves every file as it was, except those that `is_ours` names.
  void expect_untouched(const std::function<void()>& prepare, const std::function<void()>& use, int runs,
                        const std::function<bool(const fs::path&, const FileState&)>& is_ours = {}) {
    for (int i = 0; i < runs; ++i) {
      random_.seed(static_cast<std::uint64_t>(i));
      names_ = make_foreign_tree(random_, user(), outside());
      make_foreign_tree(random_, outside(), user());
      prepare();
      const auto before = state_of(root_);
      use();
      const auto after = state_of(root_);
      for (const auto& [path, state] : before) {
        if (is_ours && is_ours(path, state)) continue;
        const auto there = after.find(path);
        ASSERT_TRUE(there != after.end()) << "run " << i << ": " << path << " is gone";
        ASSERT_TRUE(there->second == state) << "run " << i << ": " << path << " has changed";
      }
      for (const auto& entry : fs::directory_iterator(root_)) fs::remove_all(entry.path());
    }
  }

  fs::path root_;
  std::mt19937_64 random_;
  std::vector<std::string> names_;
};

const auto kNothing = [] {};

FuzzOptions options_for(const fs::path& folder, const fs::path& corpus, const fs::path& out, const fs::path& sync) {
  FuzzOptions options;
  options.folder = folder.string();
  options.corpus = corpus.string();
  options.out = out.string();
  options.sync = sync.string();
  return options;
}

void clean(const FuzzOptions& options) {
  const fs::path folder = options.folder;
  LeftOvers{{folder / "tmp", folder / "afl"}, {folder, folder / "buckets", corpus_of(options), options.out}}.remove();
}

// fuzz --campaign, --corpus, --out, --sync: what a campaign does with its folders before and after its engines run.
TEST_F(ForeignFiles, StayWhateverFoldersACampaignIsGiven) {
  expect_untouched(
      kNothing,
      [&] {
        const auto options = options_for(named(), below(random_, 2) == 0 ? fs::path() : named(), named(),
                                         below(random_, 2) == 0 ? fs::path() : named());
        if (!claim_campaign_folders(options) || !check_no_links(options.folder)) return;
        const auto lock = FolderLock::take(options.folder);
        clean(options);
        CorpusFolder corpus(corpus_of(options));
        ASSERT_TRUE(corpus.add("input"));
        if (options.sync.empty()) return clean(options);
        ASSERT_TRUE(CorpusSync(corpus, options.sync).exchange());
        corpus.remove(sha1_hex({}));
        clean(options);
      },
      kRuns / 4);
}

// Somebody else may have made the campaign's own folder, with links to files that it would write to or remove.
TEST_F(ForeignFiles, StayBehindTheLinksOfACampaign) {
  const auto in_user = [&](const fs::path& path, const FileState&) {
    return path.string().starts_with(user().string() + "/");
  };
  expect_untouched([&] { (void)mark_folder(user(), FolderKind::kCampaign); },
                   [&] {
                     const auto options = options_for(user(), "", user() / "findings", "");
                     clean(options);
                     if (!check_claim(options.folder, FolderKind::kCampaign) || !check_no_links(options.folder)) return;
                     (void)FolderLock::take(options.folder);
                   },
                   kRuns / 10, in_user);
}

TEST_F(ForeignFiles, StayWhereEnvironmentsAreMade) {
  expect_untouched(
      kNothing,
      [&] {
        const std::string names[] = {foreign_name(random_),
                                     "../" + foreign_name(random_),
                                     named().string(),
                                     "..",
                                     ".",
                                     "",
                                     names_[below(random_, names_.size())],
                                     "new"};
        const auto folder = environment_folder(user(), names[below(random_, std::size(names))]);
        if (!folder) return;
        ASSERT_EQ(folder->parent_path(), user());
        const bool there = fs::exists(fs::symlink_status(*folder));
        if (const auto ready = is_environment(*folder); !ready || *ready) return;
        if (begin_environment(*folder)) {
          ASSERT_FALSE(there) << *folder;
        }
        remove_environment(*folder);
      },
      kRuns / 8);
}

// corpus import, merge, export.
TEST_F(ForeignFiles, StayWhereInputsAreCopied) {
  expect_untouched(
      kNothing,
      [&] {
        const fs::path from = named();
        const fs::path into = named();
        if (!claim_folder(into, FolderKind::kCorpus)) return;
        (void)CorpusFolder(into).import_from(from);
      },
      kRuns / 8);
}

// corpus minimize, at its worst: it keeps no input.
TEST_F(ForeignFiles, StayInACorpusThatIsMinimised) {
  const auto is_input = [&](const fs::path& path, const FileState& state) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(state.content.data());
    return path.parent_path() == user() && state.type == fs::file_type::regular &&
           path.filename() == sha1_hex({bytes, state.content.size()});
  };
  expect_untouched(
      [&] {
        (void)mark_folder(user(), FolderKind::kCorpus);
        (void)CorpusFolder(user()).add(std::to_string(below(random_, 5)));
      },
      [&] {
        const auto inputs = inputs_in(user());
        ASSERT_TRUE(inputs) << inputs.error().message;
        for (const std::string& name : *inputs) CorpusFolder(user()).remove(name);
      },
      kRuns / 8, is_input);
}

// hunt --out, minimize --out, promote, export mwe, pytest and gtest, report -o, --sarif, --junit, --json.
TEST_F(ForeignFiles, StayWhereNewFilesAndFoldersAreWritten) {
  const std::map<std::string, std::string> files = {{"case.json", "{}"}, {"below/repro.sh", "true"}};
  expect_untouched(
      kNothing,
      [&] {
        const fs::path path = named() / foreign_name(random_);
        switch (below(random_, 3)) {
          case 0:
            (void)write_new_folder(path, files);
            break;
          case 1:
            (void)write_into_empty_folder(path, files);
            break;
          default:
            (void)write_new_file(path, "text");
        }
      },
      kRuns / 4);
}

TEST_F(ForeignFiles, StayWhereLeftOversAreLookedFor) {
  expect_untouched(kNothing, [&] { LeftOvers{{}, {named(), named(), user()}}.remove(); }, kRuns / 8);
}

}  // namespace
}  // namespace straylane
