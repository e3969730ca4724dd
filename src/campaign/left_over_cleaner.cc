#include "campaign/left_over_cleaner.h"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "os/files.h"
#include "os/folder_marker.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// The processes of a campaign are killed a moment after its files are closed, and may still write.
constexpr int kRounds = 6;
constexpr useconds_t kRoundUs = 50'000;
constexpr int kDepth = 1;

void remove_in(const fs::path& folder, int depth) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    std::error_code gone;
    if (is_left_over(it->path().filename().string())) {
      found.push_back(it->path());
    } else if (depth > 0 && it->symlink_status(gone).type() == fs::file_type::directory) {
      remove_in(it->path(), depth - 1);
    }
  }
  for (const fs::path& path : found) fs::remove_all(path, error);
}

// A link in a folder of ours may lead anywhere.
bool is_ours(const fs::path& folder) {
  std::error_code error;
  return is_marked(folder) || (!fs::is_symlink(folder, error) && is_marked(folder.parent_path()));
}

int clean_up_after_parent(const LeftOvers& left_overs) {
  pollfd closed{Child::kSocket, POLLIN, 0};  // by its end
  while (poll(&closed, 1, -1) < 0) {
  }
  for (int i = 0; i < kRounds; ++i) {
    left_overs.remove();
    usleep(kRoundUs);
  }
  return 0;
}

}  // namespace

void LeftOvers::remove() const {
  std::error_code error;
  for (const fs::path& folder : whole_folders) fs::remove_all(folder, error);
  for (const fs::path& folder : among) {
    if (is_ours(folder)) remove_in(folder, kDepth);
  }
}

Expected<LeftOverCleaner> LeftOverCleaner::start(LeftOvers left_overs) {
  auto child = Child::call([&left_overs] { return clean_up_after_parent(left_overs); },
                           {.channel = ChildSetup::Channel::kSocket,
                            .dies_with_parent = false,
                            .ignored_signals = {SIGINT, SIGTERM, SIGHUP}});
  if (!child) return tl::unexpected(child.error());
  LeftOverCleaner cleaner;
  cleaner.child_ = std::move(*child);
  return cleaner;
}

}  // namespace straylane
