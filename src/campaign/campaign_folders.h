#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "campaign/fuzz_options.h"
#include "domain/error.h"
#include "os/child.h"

namespace straylane {

// Gives the folder of the corpus: the one that was named, or else corpus/ in the folder of the campaign.
std::string corpus_of(const FuzzOptions& options);

// Checks that a campaign may write to all of its folders: its own, the corpus and the shared one. Each must have the
// marker of such a folder or be empty (folder_marker.h). Makes nothing.
// Errors: kUsage or kStorage for the first that it may not write to.
Expected<void> check_campaign_folders(const FuzzOptions& options);

// Makes the same check, then makes and marks these folders and the one of the findings. The latter may be a user's,
// because only new folders are made in it; files that a killed process left are removed from it only if it is marked.
Expected<void> claim_campaign_folders(const FuzzOptions& options);

// Checks that whatever a campaign writes to in its own folder is a real file or folder there. Campaigns can come from
// other people.
// Errors: kUsage, naming the first entry that leads elsewhere or is a fifo.
Expected<void> check_no_links(const std::filesystem::path& campaign);

// Gives `path` as seen from the folder of the campaign. Campaigns keep paths in this form, so that they can be moved
// together with what lies around them, and a copy does not lead back to the original. An empty path stays empty.
std::string path_to_keep(const std::filesystem::path& campaign, const std::string& path);
// Gives a kept path as seen from the working directory; absolute if it does not lie below that.
std::string path_kept(const std::filesystem::path& campaign, const std::string& kept);

// Tells whether `path` is in the folder of the campaign once symbolic links are resolved.
bool is_in_campaign(const std::filesystem::path& campaign, const std::string& path);

// Gives the number of bytes that must stay free by default: 64 MiB, or a sixteenth of a small file system.
std::uint64_t default_min_free(const std::filesystem::path& folder);

// Checks that this user has at least `min_free` bytes on the file system of `folder`, and can make a file there.
// Errors: kStorage, naming the folder and both figures.
Expected<void> check_space(const std::filesystem::path& folder, std::uint64_t min_free);

// The temporary files and folders of a campaign.
struct LeftOvers {
  std::vector<std::filesystem::path> whole_folders;  // removed with all that is in them
  // Folders in which temporary files of killed processes are removed (is_left_over), also one level below. Applies only
  // if the folder or the one above it is marked as ours (folder_marker.h).
  std::vector<std::filesystem::path> among;

  void remove() const;
};

// Starts a child that removes the left-overs if this process is killed. It does nothing else, holds none of our files,
// and ignores the signals that interrupt us. Destroying the Child ends it without removing anything. If somebody kills
// it, start another one.
// Errors: kInternal if there are no more processes.
Expected<Child> start_left_over_cleaner(const LeftOvers& left_overs);

}  // namespace straylane
