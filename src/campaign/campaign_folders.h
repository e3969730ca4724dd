#pragma once

#include <filesystem>

#include "campaign/fuzz_options.h"
#include "domain/error.h"

namespace straylane {

// The folder that it has named as its corpus; corpus/ in its own where it has named none.
std::string corpus_of(const FuzzOptions& options);

// Whether a campaign may write to all of its folders, which are its own, the corpus and the shared one: each has the
// marker of such a folder, or holds nothing (folder_marker.h). Makes nothing. kUsage or kStorage for the first that it
// may not.
Expected<void> check_campaign_folders(const FuzzOptions& options);

// The same, then makes and marks them, and the folder of the findings, too: only new folders are made in that, so that
// one of a user's will do; but what is left over by a killed process is removed from it only where it is ours.
Expected<void> claim_campaign_folders(const FuzzOptions& options);

// Whether everything that a campaign writes to in its own folder is a file or a folder there. kUsage, naming the first
// that leads elsewhere, or is a fifo: campaigns come from other people, too.
Expected<void> check_no_links(const std::filesystem::path& campaign);

}  // namespace straylane
